import { createHash, timingSafeEqual } from 'node:crypto';
import type { JsonValue } from '#libs/chats';
import { isOneOfSecrets } from '#libs/platform';
import { verifyHookSignature } from '../chats-api/signature.js';
import type { CrmAccountStore } from '../mirror/account.js';
import { hookTime, type OutgoingMessage, type ReactionHook, readChatHook, type TypingHook } from './chat-hook.js';
import type { CrmInbox } from './crm-inbox.js';

/** A hook older or newer than this by its own clock is not taken; the reconciliation finds what it carried. */
const WINDOW_MS = 15 * 60_000;

/** What became of a hook at the door: refused for whatever reason, or stored under this id (null: nothing to store). */
export type Admission = { refused: true } | { refused: false; entryId: string | null; typing?: TypingHook };

export interface HookGateSettings {
  channelSecret: string;
  /** The former secret, while it is being changed. */
  channelSecretPrevious?: string | undefined;
  /** Token in the address of CRM hooks; absent: none is taken. */
  hookToken?: string | undefined;
  hookTokenPrevious?: string | undefined;
}

/**
 * The door for hooks: what passes is stored before it is acknowledged. A wrong signature, a foreign scope, a stale date and
 * a replay are refused alike, so that nothing can be learnt by trying.
 */
export class HookGate {
  constructor(
    private readonly inbox: CrmInbox,
    private readonly accounts: CrmAccountStore,
    private readonly settings: HookGateSettings,
    private readonly now: () => number = Date.now,
  ) {}

  /** A chat hook; `raw` are the bytes the signature was made over. */
  async admitChatHook(scopeId: string, raw: Buffer, signature: string | undefined): Promise<Admission> {
    const account = await this.accounts.load();
    const { channelSecret, channelSecretPrevious } = this.settings;
    const secrets = channelSecretPrevious === undefined ? [channelSecret] : [channelSecret, channelSecretPrevious];
    const isSigned = verifyHookSignature(raw, signature, secrets);
    const isOurScope = account !== null && equalTexts(scopeId, account.scopeId);
    if (!isSigned || !isOurScope) return { refused: true };
    const body = parse(raw);
    const hook = readChatHook(body);
    const sentAt = hookTime(body);
    if (!hook || (sentAt !== null && Math.abs(this.now() - sentAt) > WINDOW_MS)) return { refused: true };
    // Typing is worth seconds: it is passed on and not stored.
    if (hook.kind === 'typing') return { refused: false, entryId: null, typing: hook };
    if (hook.kind === 'other') return { refused: false, entryId: null };
    for (const key of keysOf(hook, raw)) {
      const entry = { kind: 'chat-hook' as const, key, lane: `chat:${hook.amojoChatId}`, body: body as JsonValue };
      const entryId = await this.inbox.add(entry, { reserve: true });
      if (entryId !== null) return { refused: false, entryId };
    }
    return { refused: true };
  }

  /** A CRM hook: unsigned, so the token in its address is what is checked, and its content is only a hint. */
  async admitCrmHook(token: string, fields: Record<string, unknown>): Promise<Admission> {
    const { hookToken, hookTokenPrevious } = this.settings;
    if (!isOneOfSecrets(token, hookToken, hookTokenPrevious)) return { refused: true };
    const hints: Record<string, string> = {};
    for (const [name, value] of Object.entries(fields)) if (typeof value === 'string') hints[name] = value;
    const talkIds = [
      ...new Set(Object.entries(hints).flatMap(([name, value]) => (isTalkId(name, value) ? [value] : []))),
    ];
    let entryId: string | null = null;
    for (const talkId of talkIds) {
      // A hint may be repeated and come late: the same change of the same talk is looked at once.
      const key = createHash('sha256')
        .update(JSON.stringify([talkId, hints]))
        .digest('hex');
      entryId = await this.inbox.add({
        kind: 'crm-hook',
        key: `talk:${key}`,
        lane: `talk:${talkId}`,
        body: { talkId: Number(talkId) },
      });
    }
    return { refused: false, entryId };
  }
}

/**
 * What makes a hook a replay: a message is known by its id, and once more by its text, because a manager may change it; a
 * reaction by its bytes.
 */
function keysOf(hook: OutgoingMessage | ReactionHook, raw: Buffer): string[] {
  const digest = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
  if (hook.kind === 'reaction') return [`reaction:${digest(raw)}`];
  return [`message:${hook.id}`, ...(hook.isEdit ? [`message:${hook.id}:${digest(hook.text)}`] : [])];
}

function isTalkId(name: string, value: string): boolean {
  return /^talk\[(?:add|update)\]\[\d{1,3}\]\[talk_id\]$/.test(name) && /^\d{1,15}$/.test(value);
}

/** Constant-time comparison of texts of any length. */
export function equalTexts(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function parse(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return null;
  }
}
