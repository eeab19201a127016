import { derivedId } from '#libs/platform';
import type { AmocrmReport } from './amocrm-account.js';

/** A message of the transcript and the row that mirrors it; `outboxId` is null when there is none. */
export interface MirrorRow {
  chatId: string;
  outboxId: string | null;
  state: string | null;
  text: string;
}

/** How the account compares with our log. */
export interface MirrorCheck {
  /** Messages both have. */
  mirrored: number;
  /** Messages that wait for their turn at the rate amoCRM takes. */
  queued: number;
  /** Messages said to be mirrored, or never to be, that the account does not have with their text. */
  lost: number;
  duplicated: number;
  reordered: number;
}

/**
 * Compares every chat of the account with our log, message by message by id; `log` is in the order of each chat. A message that
 * waits may be there already: its answer is on the way.
 */
export function checkMirror(log: readonly MirrorRow[], chats: AmocrmReport['chats']): MirrorCheck {
  const check: MirrorCheck = { mirrored: 0, queued: 0, lost: 0, duplicated: 0, reordered: 0 };
  const theirs = new Map(chats.map(({ chatId, messages }) => [chatId, messages]));
  const places = new Map<string, number>();
  for (const [place, { chatId, outboxId, state, text }] of log.entries()) {
    // The load sends no files: every message is one part.
    const id = outboxId === null ? null : derivedId('msg', outboxId, 0);
    const copy = id === null ? undefined : theirs.get(chatId)?.find((message) => message.id === id);
    if (id !== null) places.set(id, place);
    if (copy?.text.startsWith(text.trim())) check.mirrored += 1;
    else if (state === 'pending') check.queued += 1;
    else check.lost += 1;
  }
  for (const messages of theirs.values()) {
    const seen = new Set<string>();
    let last = -1;
    for (const { id } of messages) {
      if (seen.has(id)) check.duplicated += 1;
      seen.add(id);
      const place = places.get(id) ?? -1;
      if (place < last) check.reordered += 1;
      last = Math.max(last, place);
    }
  }
  return check;
}
