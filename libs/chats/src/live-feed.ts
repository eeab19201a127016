import type { ChatSignals } from './chat-signals.js';
import { type Draft, stateOfDraft } from './draft.js';
import type { Statement, Statements } from './statements.js';
import { TRANSCRIPT_COLUMNS, type TranscriptRow, transcriptMessage } from './transcript.js';
import type { Owner, TranscriptMessage } from './types.js';

/** One thing that happened in a chat, for a connected reader. */
export type ChatUpdate =
  | { type: 'message'; message: TranscriptMessage }
  /** A line the reader has already, with another text. */
  | { type: 'edit'; message: TranscriptMessage }
  | { type: 'typing'; on: boolean }
  /** What the bot is writing, the whole of it so far; an empty text: nothing any more. The message that is said comes before that. */
  | { type: 'draft'; text: string; inReplyTo?: string }
  /** A manager has read the client's messages up to this one. */
  | { type: 'read'; seq: number }
  | { type: 'owner'; owner: Owner };

interface Head {
  id: string;
  last_seq: number;
  owner: Owner;
  epoch: number;
  fence: string;
  turn: number;
  running: boolean;
  typing: boolean;
  edits: number;
  read: number;
}

// Signals say when to look, of other processes too (libs/hosting); a look at all readers' chats replaces lost ones. One
// query a process serves all its readers.
const HEADS: Statement = {
  name: 'feed.heads',
  text: `select id, last_seq, owner, epoch, fence, turn, lease_until > now() as running, edits,
      coalesce((select r.seq from chat_reads r where r.chat_id = chats.id and r.reader = 'manager'), 0) as read,
      exists (select from chat_typing t where t.chat_id = chats.id and t.author = 'manager' and t.until > now())
      or owner = 'bot' and (lease_until > now() or exists (
      select from outbox o left join inbox i on i.chat_id = o.chat_id and i.kind = 'job' and i.external_id = o.id
      where o.chat_id = chats.id and o.target = 'job' and o.state in ('pending', 'sent') and i.chat_id is null
        and o.turn > chats.turn - 5)) as typing
    from chats where id = any($1::text[])`,
};

const NEW_LINES: Statement = {
  name: 'feed.lines',
  text: `select ${TRANSCRIPT_COLUMNS} from transcript where chat_id = $1 and seq > $2 order by seq limit 200`,
};

const EDITED_LINES: Statement = {
  name: 'feed.edited',
  text: `select ${TRANSCRIPT_COLUMNS} from transcript where chat_id = $1 and edit > $2 and seq <= $3 order by edit limit 200`,
};

interface Reader {
  chatId: string;
  head: Head | undefined;
  wake: () => void;
}

/** Live updates of chats for any number of readers at the price of one small query per `pollMs`. */
export class LiveFeed {
  readonly #readers = new Set<Reader>();
  /** Readers of a chat. */
  readonly #counts = new Map<string, number>();
  readonly #dirty = new Set<string>();
  /** The newest draft of chats that are read. */
  readonly #drafts = new Map<string, Draft>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #unsubscribe: (() => void)[] = [];

  constructor(
    private readonly statements: Statements,
    private readonly signals: ChatSignals,
    private readonly pollMs: number,
  ) {}

  async *subscribe(chatId: string, options: { after?: number; signal: AbortSignal }): AsyncGenerator<ChatUpdate> {
    const { signal } = options;
    let wake = () => {};
    let woken = false;
    const reader: Reader = {
      chatId,
      head: undefined,
      wake: () => {
        woken = true;
        wake();
      },
    };
    this.#add(reader);
    signal.addEventListener('abort', reader.wake);
    let after = options.after;
    let owner: Owner | undefined;
    let typing = false;
    // A reader who comes back may have missed edits of what he has: he is given them all once more.
    let edits = after === undefined ? undefined : 0;
    let read = 0;
    let drafted = '';
    try {
      while (!signal.aborted) {
        woken = false;
        const head = reader.head;
        if (head) {
          let seq: number = after ?? head.last_seq;
          after = seq;
          while (head.last_seq > seq) {
            const rows: TranscriptRow[] = await this.statements.run<TranscriptRow>(NEW_LINES, [chatId, seq]);
            if (rows.length === 0) break;
            for (const row of rows) {
              seq = row.seq;
              after = seq;
              yield { type: 'message', message: transcriptMessage(row) };
            }
          }
          const seen = edits ?? head.edits;
          edits = head.edits;
          if (head.edits > seen) {
            for (const row of await this.statements.run<TranscriptRow>(EDITED_LINES, [chatId, seen, seq])) {
              yield { type: 'edit', message: transcriptMessage(row) };
            }
          }
          if (head.read > read) yield { type: 'read', seq: head.read };
          read = head.read;
          if (owner !== undefined && head.owner !== owner) yield { type: 'owner', owner: head.owner };
          owner = head.owner;
          if (head.typing !== typing) yield { type: 'typing', on: head.typing };
          typing = head.typing;
          const draft = this.#draftOf(head);
          if ((draft?.text ?? '') !== drafted) {
            drafted = draft?.text ?? '';
            yield {
              type: 'draft',
              text: drafted,
              ...(draft?.inReplyTo !== undefined && { inReplyTo: draft.inReplyTo }),
            };
          }
        }
        if (!woken && !signal.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', reader.wake);
      this.#remove(reader);
    }
  }

  #add(reader: Reader): void {
    this.#readers.add(reader);
    this.#counts.set(reader.chatId, (this.#counts.get(reader.chatId) ?? 0) + 1);
    if (this.#readers.size === 1) {
      const touch = (chatId: string) => this.#touch(chatId);
      this.#unsubscribe = [
        this.signals.on('changed', touch),
        this.signals.on('typing', touch),
        this.signals.on('draft', (draft) => this.#take(draft)),
      ];
      this.#timer = setInterval(() => this.#look([...this.#readers].map((one) => one.chatId)), this.pollMs);
      this.#timer.unref();
    }
    this.#touch(reader.chatId);
  }

  #remove(reader: Reader): void {
    this.#readers.delete(reader);
    const left = (this.#counts.get(reader.chatId) ?? 1) - 1;
    if (left > 0) this.#counts.set(reader.chatId, left);
    else {
      this.#counts.delete(reader.chatId);
      this.#drafts.delete(reader.chatId);
    }
    if (this.#readers.size > 0) return;
    clearInterval(this.#timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** A signal alone is never shown: readers see a draft beside a row of the chat that still allows it. */
  #take(draft: Draft): void {
    if (!this.#counts.has(draft.chatId)) return;
    this.#drafts.set(draft.chatId, draft);
    this.#touch(draft.chatId);
  }

  #draftOf(head: Head): Draft | undefined {
    const draft = this.#drafts.get(head.id);
    if (!draft) return undefined;
    const state = stateOfDraft(draft, head);
    if (state === 'over') this.#drafts.delete(head.id);
    return state === 'shown' ? draft : undefined;
  }

  #touch(chatId: string): void {
    if (!this.#counts.has(chatId)) return;
    this.#dirty.add(chatId);
    if (!this.#looking) setImmediate(() => this.#look([...this.#dirty]));
  }

  #look(chatIds: string[]): void {
    if (this.#looking || chatIds.length === 0) return;
    this.#looking = true;
    for (const chatId of chatIds) this.#dirty.delete(chatId);
    this.statements
      .run<Head>(HEADS, [[...new Set(chatIds)]])
      .then((heads) => {
        const byChat = new Map(heads.map((head) => [head.id, head]));
        for (const reader of this.#readers) {
          const head = byChat.get(reader.chatId);
          if (!head) continue;
          reader.head = head;
          reader.wake();
        }
      })
      // The next look repeats the question; a database that stays away shows in the health check.
      .catch(() => {})
      .finally(() => {
        this.#looking = false;
        if (this.#dirty.size > 0) setImmediate(() => this.#look([...this.#dirty]));
      });
  }
}
