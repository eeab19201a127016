import type { ChatSignals } from './chat-signals.js';
import type { Statement, Statements } from './statements.js';

export type Typist = 'client' | 'manager';
export type Reader = 'client' | 'manager';

const TYPES: Statement = {
  name: 'presence.types',
  text: `insert into chat_typing as t (chat_id, author, until) select id, $2, now() + $3::float8 * interval '1 ms' from chats where id = $1
    on conflict (chat_id, author) do update set until = greatest(t.until, excluded.until) returning 1`,
};

// Whoever marks a row tells the other side; until the mark runs out nobody else does.
const TO_TELL: Statement = {
  name: 'presence.toTell',
  text: `update chat_typing t set told_until = now() + $3::float8 * interval '1 ms' from chats c
    where c.id = t.chat_id and t.author = $1 and t.until > now() and t.told_until <= now()
      and c.owner = 'manager' and ($2::text is null or c.channel = $2)
    returning t.chat_id, c.address`,
};

const BUSY: Statement = {
  name: 'presence.busy',
  text: `select id from chats where id = any($1::text[]) and owner = 'bot' and (lease_until > now() or exists (
      select from outbox o left join inbox i on i.chat_id = o.chat_id and i.kind = 'job' and i.external_id = o.id
      where o.chat_id = chats.id and o.target = 'job' and o.state in ('pending', 'sent') and i.chat_id is null
        and o.turn > chats.turn - 5))`,
};

const READ: Statement = {
  name: 'presence.read',
  text: `insert into chat_reads as r (chat_id, reader, seq) select id, $2, least($3::int, last_seq) from chats where id = $1
    on conflict (chat_id, reader) do update set seq = excluded.seq, at = now() where r.seq < excluded.seq returning seq`,
};

const READ_TO: Statement = {
  name: 'presence.readTo',
  text: `select coalesce((select seq from chat_reads where chat_id = $1 and reader = $2), 0) as seq`,
};

/** Who types in which chat and how far it was read: passing facts beside the transcript, shared by all processes. */
export class ChatPresence {
  constructor(
    private readonly statements: Statements,
    private readonly signals: ChatSignals,
  ) {}

  /** Somebody types for the next `ms`; false when there is no such chat. */
  async types(chatId: string, author: Typist, ms: number): Promise<boolean> {
    const known = (await this.statements.run(TYPES, [chatId, author, ms])).length > 0;
    if (known) this.signals.emit('changed', chatId);
    return known;
  }

  /**
   * Chats of managers where `author` types and the other side has not been told for the last `everyMs`; only of one channel
   * when it is named. Over all processes each is given out once.
   */
  async toTell(
    author: Typist,
    options: { everyMs: number; channel?: string },
  ): Promise<{ chatId: string; address: Record<string, unknown> }[]> {
    const rows = await this.statements.run<{ chat_id: string; address: Record<string, unknown> }>(TO_TELL, [
      author,
      options.channel ?? null,
      options.everyMs,
    ]);
    return rows.map((row) => ({ chatId: row.chat_id, address: row.address }));
  }

  /** Those of the chats the bot is working for: a turn runs, or a job is awaited. */
  async busy(chatIds: readonly string[]): Promise<string[]> {
    if (chatIds.length === 0) return [];
    return (await this.statements.run<{ id: string }>(BUSY, [chatIds])).map(({ id }) => id);
  }

  /** Everything up to `seq` has been read; false when that was known, or the chat is not. */
  async read(chatId: string, reader: Reader, seq: number): Promise<boolean> {
    const isNews = (await this.statements.run(READ, [chatId, reader, seq])).length > 0;
    if (isNews) this.signals.emit('changed', chatId);
    return isNews;
  }

  /** How far it has been read; 0 = nothing known. */
  async readTo(chatId: string, reader: Reader): Promise<number> {
    return (await this.statements.run<{ seq: number }>(READ_TO, [chatId, reader]))[0]?.seq ?? 0;
  }
}
