import type pg from 'pg';

export type StepState = 'sending' | 'sent' | 'unknown';

/** How far each outbox row has got with Telegram, request by request. */
export class DeliveryRepository {
  constructor(private readonly pool: pg.Pool) {}

  /** States of the steps begun so far, by step. */
  async stepsOf(outboxId: string): Promise<Map<number, { state: StepState; messageId?: number }>> {
    const { rows } = await this.pool.query<{ step: number; state: StepState; message_id: string | null }>(
      'select step, state, message_id from telegram_deliveries where outbox_id = $1',
      [outboxId],
    );
    return new Map(
      rows.map((row) => [
        row.step,
        { state: row.state, ...(row.message_id !== null && { messageId: Number(row.message_id) }) },
      ]),
    );
  }

  /** Telegram's numbers of what the client has got of the message at this place of the transcript, in order. */
  async messagesAt(chatId: string, seq: number): Promise<number[]> {
    const { rows } = await this.pool.query<{ message_id: string }>(
      `select d.message_id from outbox o join telegram_deliveries d on d.outbox_id = o.id
       where o.chat_id = $1 and o.seq = $2 and o.author = 'manager' and o.target = 'telegram'
         and o.body->>'type' = 'message' and d.state = 'sent' and d.message_id is not null order by d.step`,
      [chatId, seq],
    );
    return rows.map((row) => Number(row.message_id));
  }

  /** Telegram's number of the message at this place, whoever wrote it; null when it is not known. */
  async messageAt(chatId: string, seq: number): Promise<number | null> {
    const { rows } = await this.pool.query<{ message_id: string }>(
      `select substr(external_id, 6) as message_id from inbox
         where chat_id = $1 and seq = $2 and kind = 'client' and external_id like 'tg:m:%'
       union all
       select d.message_id::text from outbox o join telegram_deliveries d on d.outbox_id = o.id
         where o.chat_id = $1 and o.seq = $2 and o.target = 'telegram' and d.state = 'sent' and d.message_id is not null
       limit 1`,
      [chatId, seq],
    );
    return rows[0] ? Number(rows[0].message_id) : null;
  }

  /** Place in the transcript of a message by Telegram's number of it; null when it is not known. */
  async placeOf(chatId: string, messageId: number): Promise<number | null> {
    const { rows } = await this.pool.query<{ seq: number }>(
      `select seq from inbox where chat_id = $1 and kind = 'client' and external_id = 'tg:m:' || $2::text and seq is not null
       union all
       select o.seq from telegram_deliveries d join outbox o on o.id = d.outbox_id
         where d.message_id = $2::bigint and o.chat_id = $1 and o.seq is not null limit 1`,
      [chatId, messageId],
    );
    return rows[0]?.seq ?? null;
  }

  /** Records that a request is about to be made. False when it had been made already: then it must not be made again. */
  async begin(outboxId: string, step: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `insert into telegram_deliveries (outbox_id, step, state) values ($1, $2, 'sending') on conflict do nothing`,
      [outboxId, step],
    );
    return rowCount === 1;
  }

  async succeed(outboxId: string, step: number, messageId: number): Promise<void> {
    await this.pool.query(
      `update telegram_deliveries set state = 'sent', message_id = $3 where outbox_id = $1 and step = $2`,
      [outboxId, step, messageId],
    );
  }

  /** The request certainly had no effect: it may be made again. */
  async undo(outboxId: string, step: number): Promise<void> {
    await this.pool.query('delete from telegram_deliveries where outbox_id = $1 and step = $2', [outboxId, step]);
  }

  async markUnknown(outboxId: string, step: number): Promise<void> {
    await this.pool.query(
      `update telegram_deliveries set state = 'unknown' where outbox_id = $1 and step = $2 and state = 'sending'`,
      [outboxId, step],
    );
  }
}
