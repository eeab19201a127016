import type pg from 'pg';

/** How far amoCRM is behind our log. */
export class MirrorLag {
  constructor(private readonly pool: pg.Pool) {}

  /** Rows still to be sent, the age of the oldest in seconds, and chats they belong to. */
  async read(): Promise<{ unsent: number; seconds: number; chats: number }> {
    const { rows } = await this.pool.query<{ unsent: number; seconds: number; chats: number }>(
      `select count(*)::int as unsent, count(distinct chat_id)::int as chats,
         coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as seconds
       from outbox where target = 'crm' and state = 'pending'`,
    );
    return rows[0] ?? { unsent: 0, seconds: 0, chats: 0 };
  }
}
