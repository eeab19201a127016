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
