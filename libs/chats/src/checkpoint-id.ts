/** A UUID of version 6: 60 bits of time in three groups, then what is not compared. */
const UUID6 = /^([0-9a-f]{8})-([0-9a-f]{4})-6([0-9a-f]{3})(-.+)$/;

/**
 * The id itself when it sorts after `previous`, else one that does: the next moment after it. LangGraph makes ids from the
 * clock of the process, and the newest checkpoint of a chat is the one that sorts last; a process whose clock is behind
 * that of the one before it would otherwise leave the chat in its former state.
 */
export function idAfter(previous: string, id: string): string {
  if (id > previous) return id;
  const before = UUID6.exec(previous);
  const own = UUID6.exec(id);
  if (!before || !own) return id;
  const [, high = '', mid = '', low = ''] = before;
  const time = (BigInt(`0x${high}${mid}${low}`) + 1n).toString(16).padStart(15, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-6${time.slice(12)}${own[4]}`;
}
