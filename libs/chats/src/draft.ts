/**
 * What the bot is writing in a turn that still runs: the whole text so far. Shown to readers who are connected, stored nowhere,
 * sent to no channel and no CRM; the reply that the turn commits is the only thing said.
 */
export interface Draft {
  chatId: string;
  /** Fencing token and owner's epoch the turn runs under: another of either, and nobody may see it. */
  fence: string;
  epoch: number;
  turn: number;
  text: string;
  /** Id of the client's message it answers. */
  inReplyTo?: string;
}

/** Longest text of a draft, bytes of UTF-8; a longer answer is seen when it is said. */
export const DRAFT_BYTES = 6_000;
/** Longest line: it passes between processes in one notification of PostgreSQL, which refuses 8,000 bytes. */
const LINE_BYTES = 6_900;
const ID_LENGTH = 300;

/** What of a chat decides whether a draft may be seen. */
export interface DraftGround {
  owner: 'bot' | 'manager';
  epoch: number;
  fence: string;
  turn: number;
  /** Somebody holds the chat's lease. */
  running: boolean;
}

/**
 * `shown`: its turn runs and the bot owns the chat. `early`: the chat was looked at before the turn claimed it. `over`: the turn
 * was committed, given up or overtaken.
 */
export function stateOfDraft(draft: Draft, ground: DraftGround): 'shown' | 'early' | 'over' {
  const [claimed, seen] = [BigInt(draft.fence), BigInt(ground.fence)];
  if (seen > claimed || ground.epoch > draft.epoch || ground.turn >= draft.turn) return 'over';
  if (seen < claimed || ground.epoch < draft.epoch) return 'early';
  return ground.running && ground.owner === 'bot' ? 'shown' : 'over';
}

/** A draft as a line for other processes; null when it is too long to travel. */
export function writeDraft(draft: Draft): string | null {
  const line = JSON.stringify(draft);
  return Buffer.byteLength(line) <= LINE_BYTES ? line : null;
}

/** Reads what another process said; null when it is no draft (another version may speak otherwise). */
export function readDraft(line: string): Draft | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { chatId, fence, epoch, turn, text, inReplyTo } = value as Record<string, unknown>;
  const isId = (id: unknown): id is string => typeof id === 'string' && id.length > 0 && id.length <= ID_LENGTH;
  if (!isId(chatId) || typeof fence !== 'string' || !/^\d{1,19}$/.test(fence)) return null;
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(turn)) return null;
  if (typeof text !== 'string' || Buffer.byteLength(text) > DRAFT_BYTES) return null;
  const draft = { chatId, fence, epoch: epoch as number, turn: turn as number, text };
  return isId(inReplyTo) ? { ...draft, inReplyTo } : draft;
}
