import type pg from 'pg';
import type { MessageContent } from '#libs/chats';

/** Read-only look at what the actor keeps of a chat; written by libs/chats alone. */
export class ChatLog {
  constructor(private readonly pool: pg.Pool) {}

  /** When the message was said, ms since the epoch; now when it is no longer kept. */
  async timeOf(chatId: string, seq: number): Promise<number> {
    const { rows } = await this.pool.query<{ at: Date }>('select at from transcript where chat_id = $1 and seq = $2', [
      chatId,
      seq,
    ]);
    return rows[0]?.at.getTime() ?? Date.now();
  }

  /** What became of a bot's message on its way to the client; `delivered` when the channel reads the transcript itself. */
  async deliveryOf(
    outboxId: string,
  ): Promise<{ state: 'waiting'; forMs: number } | { state: 'delivered' | 'cancelled' | 'failed' }> {
    const { rows } = await this.pool.query<{ state: string; age: number }>(
      `select state, extract(epoch from now() - created_at)::float8 * 1000 as age from outbox where id = $1`,
      [outboxId],
    );
    const row = rows[0];
    if (row?.state === 'pending') return { state: 'waiting', forMs: row.age };
    if (row?.state === 'cancelled') return { state: 'cancelled' };
    return { state: row?.state === 'dead' ? 'failed' : 'delivered' };
  }

  /** Place of the last line said by then, ms since the epoch; null when there is none. */
  async lastBefore(chatId: string, at: number): Promise<number | null> {
    const { rows } = await this.pool.query<{ seq: number | null }>(
      'select max(seq) as seq from transcript where chat_id = $1 and at <= to_timestamp($2::float8 / 1000)',
      [chatId, at],
    );
    return rows[0]?.seq ?? null;
  }

  /** Text of the button a client pressed, as it stood under the last message that offered it. */
  async buttonText(chatId: string, payload: string, before: number): Promise<string | null> {
    const { rows } = await this.pool.query<{ content: MessageContent }>(
      `select content from transcript where chat_id = $1 and author = 'bot' and seq < $2 order by seq desc limit 30`,
      [chatId, before],
    );
    for (const { content } of rows) {
      const button = content.buttons?.find((one) => one.payload === payload);
      if (button) return button.text;
    }
    return null;
  }

  /** Name of the manager who wrote the message, when he gave one. */
  async managerName(chatId: string, seq: number): Promise<string | null> {
    const { rows } = await this.pool.query<{ name: string | null }>(
      `select body->>'name' as name from inbox where chat_id = $1 and kind = 'manager' and seq = $2`,
      [chatId, seq],
    );
    return rows[0]?.name ?? null;
  }

  /** Name and phone the client's channel has told. */
  async profile(chatId: string): Promise<{ name?: string; phone?: string }> {
    const { rows } = await this.pool.query<{ profile: { name?: string; phone?: string } }>(
      `select body->'profile' as profile from inbox
       where chat_id = $1 and kind = 'client' and body->'profile' is not null order by position desc limit 1`,
      [chatId],
    );
    return rows[0]?.profile ?? {};
  }
}
