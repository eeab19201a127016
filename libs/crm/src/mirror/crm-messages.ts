import type pg from 'pg';
import type { AmojoId, OurId } from '../chats-api/types.js';

/** A part of a message of ours on its way to amoCRM. */
export interface OutgoingPart {
  ourId: OurId;
  /** Their id; null while it is not known whether they have it. */
  amojoId: AmojoId | null;
  /** ms since the epoch; the same for every attempt. */
  at: number;
}

/** A manager's message whose way to the client has ended and has not been reported to amoCRM. */
export interface UnreportedMessage {
  ourId: string;
  amojoId: AmojoId;
  delivered: boolean;
}

/** Which of our messages is which of theirs: what recognises echoes, repetitions and gaps. */
export class CrmMessages {
  constructor(private readonly pool: pg.Pool) {}

  /** Null when this part was never tried. */
  async part(ourId: OurId): Promise<OutgoingPart | null> {
    const { rows } = await this.pool.query<{ our_id: OurId; amojo_id: AmojoId | null; at: string }>(
      'select our_id, amojo_id, at from crm_messages where our_id = $1',
      [ourId],
    );
    const row = rows[0];
    return row ? { ourId: row.our_id, amojoId: row.amojo_id, at: Number(row.at) } : null;
  }

  /** Notes that a part is about to be sent. */
  async begin(part: {
    ourId: OurId;
    chatId: string;
    author: 'client' | 'bot' | 'manager';
    outboxId: string;
    seq: number;
    at: number;
  }): Promise<void> {
    await this.pool.query(
      `insert into crm_messages (our_id, chat_id, direction, author, outbox_id, seq, at)
       values ($1, $2, 'out', $3, $4, $5, $6) on conflict do nothing`,
      [part.ourId, part.chatId, part.author, part.outboxId, part.seq, part.at],
    );
  }

  async accepted(ourId: OurId, amojoId: AmojoId): Promise<void> {
    await this.pool.query('update crm_messages set amojo_id = $2 where our_id = $1 and amojo_id is null', [
      ourId,
      amojoId,
    ]);
  }

  /** True when the message is one of ours coming back: by their id, or by ours when they repeat it. */
  async isOurs(amojoId: string, clientId: string | undefined): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `select 1 from crm_messages where direction = 'out' and (amojo_id = $1 or our_id = $2) limit 1`,
      [amojoId, clientId ?? null],
    );
    return (rowCount ?? 0) > 0;
  }

  /** The first part of the message at this place of our transcript; `ourId` only when the mirror has sent it. */
  async firstPart(chatId: string, seq: number): Promise<{ ourId: OurId | null; amojoId: AmojoId | null } | null> {
    const { rows } = await this.pool.query<{ our_id: OurId; amojo_id: AmojoId | null; direction: string }>(
      'select our_id, amojo_id, direction from crm_messages where chat_id = $1 and seq = $2 order by at limit 1',
      [chatId, seq],
    );
    const row = rows[0];
    return row ? { ourId: row.direction === 'out' ? row.our_id : null, amojoId: row.amojo_id } : null;
  }

  /** Place in our transcript of a message of the chat, by their id or by ours. */
  async placeOf(chatId: string, amojoId: string, clientId: string | undefined): Promise<number | null> {
    const { rows } = await this.pool.query<{ seq: number | null }>(
      'select seq from crm_messages where chat_id = $1 and (amojo_id = $2 or our_id = $3) limit 1',
      [chatId, amojoId, clientId ?? null],
    );
    return rows[0]?.seq ?? null;
  }

  /** The chat a manager's message of theirs was taken into; null when it was not. */
  async takenInto(amojoId: string): Promise<string | null> {
    const { rows } = await this.pool.query<{ chat_id: string }>(
      `select chat_id from crm_messages where amojo_id = $1 and direction = 'in' and seq is not null`,
      [amojoId],
    );
    return rows[0]?.chat_id ?? null;
  }

  /** Managers' messages of the chat as our transcript has them, by their id. */
  async managersTexts(chatId: string): Promise<Map<string, string>> {
    const { rows } = await this.pool.query<{ amojo_id: string; text: string }>(
      `select m.amojo_id, t.content->>'text' as text from crm_messages m join transcript t on t.chat_id = m.chat_id and t.seq = m.seq
       where m.chat_id = $1 and m.direction = 'in' and m.amojo_id is not null and t.content->'attachments' is null`,
      [chatId],
    );
    return new Map(rows.map((row) => [row.amojo_id, row.text]));
  }

  /**
   * Managers' messages that arrived and that the client has read since: he wrote or pressed something after them, or his
   * channel said so.
   */
  async read(limit: number): Promise<{ ourId: string; amojoId: AmojoId }[]> {
    const { rows } = await this.pool.query<{ our_id: string; amojo_id: AmojoId }>(
      `select m.our_id, m.amojo_id from crm_messages m join chats k on k.id = m.chat_id and k.last_seq >= m.seq
       where m.direction = 'in' and m.reported = 1 and m.amojo_id is not null and m.created_at > now() - interval '7 days'
         and (exists (select from chat_reads r where r.chat_id = m.chat_id and r.reader = 'client' and r.seq >= m.seq)
           or exists (select from transcript t where t.chat_id = m.chat_id and t.seq > m.seq and t.author = 'client'))
       order by m.created_at limit $1`,
      [limit],
    );
    return rows.map((row) => ({ ourId: row.our_id, amojoId: row.amojo_id }));
  }

  /** True while a message written by a manager elsewhere is on its way and its id there is unknown: its echo may come first. */
  async hasManagerPartOnTheWay(chatId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `select 1 from crm_messages where chat_id = $1 and amojo_id is null and author = 'manager' and direction = 'out'
         and created_at > now() - interval '1 minute' limit 1`,
      [chatId],
    );
    return (rowCount ?? 0) > 0;
  }

  /** Remembers a manager's message of theirs that became ours. */
  async received(message: { amojoId: string; chatId: string; seq: number | null; at: number }): Promise<void> {
    await this.pool.query(
      `insert into crm_messages (our_id, chat_id, amojo_id, direction, author, seq, at)
       values ('amo:' || $1, $2, $1, 'in', 'manager', $3, $4) on conflict do nothing`,
      [message.amojoId, message.chatId, message.seq, message.at],
    );
  }

  /**
   * Managers' messages whose delivery is settled. A channel that reads the transcript itself has no row in the outbox:
   * there a stored message is a delivered one.
   */
  async unreported(limit: number): Promise<UnreportedMessage[]> {
    const { rows } = await this.pool.query<{ our_id: string; amojo_id: AmojoId; state: string | null }>(
      `select m.our_id, m.amojo_id, o.state from crm_messages m
       left join outbox o on o.chat_id = m.chat_id and o.seq = m.seq and o.author = 'manager' and o.target <> 'crm'
         and o.body->>'type' = 'message'
       where m.direction = 'in' and m.reported is null and (m.seq is null or o.state is distinct from 'pending')
       order by m.created_at limit $1`,
      [limit],
    );
    return rows.map((row) => ({
      ourId: row.our_id,
      amojoId: row.amojo_id,
      delivered: row.state === null || row.state === 'sent',
    }));
  }

  async reported(ourId: string, status: 1 | 2 | -1): Promise<void> {
    await this.pool.query('update crm_messages set reported = $2 where our_id = $1', [ourId, status]);
  }
}
