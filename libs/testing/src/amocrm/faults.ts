/** Misbehaviour on demand; the default is an honest peer. */
export interface AmoCrmFaults {
  /** Chats API: answers for the coming sends, first in first out. */
  send: ('503' | '500-after-commit' | 'reset-before' | 'reset-after-commit' | 'slow')[];
  /** REST: the same for coming REST calls. */
  rest: ('503' | 'reset-after-commit')[];
  /** Every chat hook is delivered this many times (the real one: once). */
  hookCopies: number;
  /** Hooks are held and delivered in reverse order by `flushHooks`. */
  holdHooks: boolean;
  /** Hooks are lost. */
  dropHooks: boolean;
  /** A manager's change of a message is told by a hook of the same message with the new text. */
  editHooks: boolean;
  duplicateMsgid: 'same-200' | 'new' | '400';
  /** Added to the simulator's clock, ms. */
  clockSkewMs: number;
  slowMs: number;
}

export function honest(): AmoCrmFaults {
  return {
    send: [],
    rest: [],
    hookCopies: 1,
    holdHooks: false,
    dropHooks: false,
    editHooks: false,
    duplicateMsgid: 'same-200',
    clockSkewMs: 0,
    slowMs: 1_000,
  };
}
