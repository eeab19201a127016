import type { Tracing } from '#libs/platform';
import type { ChatSignals } from './chat-signals.js';
import { type ChatUpdate, LiveFeed } from './live-feed.js';
import { Mailbox } from './mailbox.js';
import { ChatNotFoundError } from './message-limits.js';
import { ChatPresence } from './presence.js';
import { PRUNE, PRUNE_TRANSCRIPTS } from './retention-sql.js';
import type { ChatSettings } from './settings.js';
import type { Statement, Statements } from './statements.js';
import { TRANSCRIPT_COLUMNS, type TranscriptRow, transcriptMessage } from './transcript.js';
import type { ChatView, JsonObject, Owner, TranscriptMessage } from './types.js';

const TRANSCRIPT: Statement = {
  name: 'chat.transcript',
  text: `select ${TRANSCRIPT_COLUMNS} from transcript where chat_id = $1 and seq > $2 order by seq limit $3`,
};

const VIEW: Statement = {
  name: 'chat.view',
  text: `select id, channel, owner, scenario, step, slots, updated_at from chats where id = $1`,
};

// Follows a message to its turn, from there to the jobs the turn started, to the turns their results made, and so on.
/**
 * Pauses between looks for replies of turns that run in another process, ms: soon at first, since most turns take less, then
 * doubling, so that a thousand waiting callers do not take the database from the turns they wait for.
 */
const FIRST_LOOK_MS = 250;
const LAST_LOOK_MS = 2_000;

const REPLIES: Statement = {
  name: 'chat.replies',
  text: `with recursive t(turn, depth) as (
      select done_turn, 0 from inbox where chat_id = $1 and kind = 'client' and external_id = $2
      union
      select i.done_turn, t.depth + 1 from t
        join outbox o on o.chat_id = $1 and o.target = 'job' and o.turn = t.turn and o.state in ('pending', 'sent')
        left join inbox i on i.chat_id = $1 and i.kind = 'job' and i.external_id = o.id
      where t.depth < 20
    )
    select (select count(*) > 0 and bool_and(turn is not null) from t) as done,
      (select coalesce(json_agg(json_build_object('seq', seq, 'author', author, 'content', content, 'button', button,
         'in_reply_to', in_reply_to, 'delivery', delivery, 'at', at) order by seq), '[]')
       from transcript where chat_id = $1 and turn in (select turn from t)) as replies`,
};

const LINK: Statement = {
  name: 'chat.link',
  text: `insert into chat_external_ids (provider, external_id, chat_id) values ($1, $2, $3)
    on conflict (provider, external_id) do update set chat_id = excluded.chat_id`,
};

const FIND: Statement = {
  name: 'chat.find',
  text: `select chat_id from chat_external_ids where provider = $1 and external_id = $2`,
};

const LINKS: Statement = {
  name: 'chat.links',
  text: `select external_id from chat_external_ids where provider = $1 and chat_id = $2 order by external_id`,
};

const RELEASE_HELD: Statement = {
  name: 'outbox.releaseHeld',
  text: `update outbox set state = 'pending', next_at = now() where target = $1 and state = 'held' returning id`,
};

// The CRM is left out by ranges, which the index of lanes can pass by: it takes few requests and may have piled up much.
const LAG: Statement = {
  name: 'chat.lag',
  text: `select
      coalesce((select extract(epoch from now() - min(received_at)) from inbox where done_turn is null), 0)::float8 as inbox_lag,
      (select coalesce(json_object_agg(target, age), '{}') from (
        select target, extract(epoch from now() - min(created_at))::float8 as age from outbox
        where state = 'pending' and (target < 'crm' or target > 'crm') group by target) waiting) as outbox_lag,
      (select count(*) from dead_letters where replayed_at is null)::int as dead_letters`,
};

/** Replies so far, and whether more may still come. */
export interface Replies {
  done: boolean;
  replies: TranscriptMessage[];
}

/** Gauges for metrics; lags are ages of the oldest waiting row in seconds. */
export interface ChatLag {
  inboxLagSeconds: number;
  /** By target; those with nothing to send are left out, and the CRM, whose connector tells of it. */
  outboxLagSeconds: Record<string, number>;
  deadLetters: number;
}

/** Everything the outside may do with chats: put events in (see Mailbox) and look at what came out. */
export class ChatStore extends Mailbox {
  readonly #feed: LiveFeed;
  /** Who types and how far it was read. */
  readonly presence: ChatPresence;

  constructor(
    private readonly database: Statements,
    private readonly chatSignals: ChatSignals,
    private readonly looks: ChatSettings,
    tracing?: Tracing,
  ) {
    super(database, chatSignals, looks, tracing);
    this.presence = new ChatPresence(database, chatSignals);
    this.#feed = new LiveFeed(database, chatSignals, looks.lookMs);
  }

  /** Rows of the transcript after `after`, oldest first; at most 500 at once. */
  async transcript(chatId: string, after = 0, limit = 100): Promise<TranscriptMessage[]> {
    const bounded = Math.min(500, Math.max(1, limit));
    return (await this.database.run<TranscriptRow>(TRANSCRIPT, [chatId, after, bounded])).map(transcriptMessage);
  }

  /** The chat as seen from outside. Throws ChatNotFoundError. */
  async view(chatId: string): Promise<ChatView> {
    const [row] = await this.database.run<{
      id: string;
      channel: string;
      owner: Owner;
      scenario: string | null;
      step: string | null;
      slots: JsonObject;
      updated_at: Date;
    }>(VIEW, [chatId]);
    if (!row) throw new ChatNotFoundError(chatId);
    return {
      chatId: row.id,
      channel: row.channel,
      owner: row.owner,
      scenario: row.scenario,
      step: row.step,
      slots: row.slots,
      updatedAt: row.updated_at.toISOString(),
    };
  }

  /**
   * Waits until the turn of the client's message and all jobs it started are done, at most `ms`. Signals end the wait at
   * once; looks of its own at growing intervals replace a lost one. `justStored`: there can be no answer yet, so the first
   * look is spared.
   */
  async waitForReplies(
    chatId: string,
    messageId: string,
    ms: number,
    { justStored = false }: { justStored?: boolean } = {},
  ): Promise<Replies> {
    const deadline = performance.now() + ms;
    let changed = false;
    let spared = justStored;
    let wakeUp = () => {};
    let pauseMs = Math.min(FIRST_LOOK_MS, this.looks.lookMs);
    const unsubscribe = this.chatSignals.onChanged(chatId, () => {
      changed = true;
      wakeUp();
    });
    const pause = async () => {
      if (changed) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(pauseMs, deadline - performance.now()));
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      pauseMs = Math.min(pauseMs * 2, LAST_LOOK_MS);
    };
    try {
      for (;;) {
        if (spared) {
          spared = false;
          await pause();
          continue;
        }
        changed = false;
        const [row] = await this.database.run<{ done: boolean; replies: TranscriptRow[] }>(REPLIES, [
          chatId,
          messageId,
        ]);
        const left = deadline - performance.now();
        if (!row || row.done || left <= 0) {
          return { done: row?.done ?? false, replies: (row?.replies ?? []).map(transcriptMessage) };
        }
        await pause();
      }
    } finally {
      unsubscribe();
    }
  }

  /** Messages after `after`, typing and owner changes as they happen; ends when `signal` aborts. */
  subscribe(chatId: string, options: { after?: number; signal: AbortSignal }): AsyncGenerator<ChatUpdate> {
    return this.#feed.subscribe(chatId, options);
  }

  /** Remembers that `externalId` of `provider` is this chat. */
  async linkExternalId(provider: string, externalId: string, chatId: string): Promise<void> {
    await this.database.run(LINK, [provider, externalId, chatId]);
  }

  /** The chat an external id was linked to. */
  async findByExternalId(provider: string, externalId: string): Promise<string | undefined> {
    return (await this.database.run<{ chat_id: string }>(FIND, [provider, externalId]))[0]?.chat_id;
  }

  /** External ids of the chat at the provider. */
  async externalIds(provider: string, chatId: string): Promise<string[]> {
    return (await this.database.run<{ external_id: string }>(LINKS, [provider, chatId])).map((row) => row.external_id);
  }

  /** Lets go what was held because its target was not configured; returns how many rows. */
  async releaseHeld(target: string): Promise<number> {
    return (await this.database.run(RELEASE_HELD, [target])).length;
  }

  /**
   * Removes consumed events, settled effects, turn records and replayed dead letters older than `olderThanMs`, and of chats
   * quiet for that long every checkpoint but the newest; at most `limit` of each. Returns how many: call again while it is
   * not 0. Keep them longer than any provider repeats a delivery: the rows are what makes a repetition a duplicate.
   */
  async prune(olderThanMs: number, limit = 5_000): Promise<number> {
    return (await this.database.run<{ removed: number }>(PRUNE, [olderThanMs, limit]))[0]?.removed ?? 0;
  }

  /** Removes lines of transcripts older than `olderThanMs`, at most `limit`; returns how many. Numbers of the rest stay. */
  async pruneTranscripts(olderThanMs: number, limit = 5_000): Promise<number> {
    return (await this.database.run<{ removed: number }>(PRUNE_TRANSCRIPTS, [olderThanMs, limit]))[0]?.removed ?? 0;
  }

  async lag(): Promise<ChatLag> {
    const [row] = await this.database.run<{
      inbox_lag: number;
      outbox_lag: Record<string, number>;
      dead_letters: number;
    }>(LAG, []);
    return {
      inboxLagSeconds: row?.inbox_lag ?? 0,
      outboxLagSeconds: row?.outbox_lag ?? {},
      deadLetters: row?.dead_letters ?? 0,
    };
  }
}
