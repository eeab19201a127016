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

  async reported(ourId: string, status: 1 | -1): Promise<void> {
    await this.pool.query('update crm_messages set reported = $2 where our_id = $1', [ourId, status]);
  }
}
