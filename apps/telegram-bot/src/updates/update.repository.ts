import type { Update } from 'grammy/types';
import type pg from 'pg';

export interface StoredUpdate {
  updateId: number;
  chatId: number;
  update: Update;
  attempts: number;
  /** Set for a picture of an album. */
  mediaGroup: string | null;
}

/** Pictures of an album come within moments of each other; this long after the last one it is whole, ms. */
export const ALBUM_QUIET_MS = 900;

/** A claimed update is another process's business for this long; then its process is taken for dead. */
const CLAIM_SECONDS = 90;

/** Strings as PostgreSQL can read them back: without U+0000 and lone surrogates. */
function storable(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replaceAll('\u0000', '').replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Updates as Telegram gave them, kept until their events are in the inbox. */
export class UpdateRepository {
  /** `botId` is the number before the colon of the bot's token: update ids are unique within one bot only. */
  constructor(
    private readonly pool: pg.Pool,
    private readonly botId: number,
  ) {}

  /** Stores updates; those already known are left as they are. Returns how many were new. */
  async store(updates: { chatId: number; update: Update }[]): Promise<number> {
    if (updates.length === 0) return 0;
    const { rowCount } = await this.pool.query(
      `insert into telegram_updates (bot_id, update_id, chat_id, body, media_group)
       select $4, * from unnest($1::bigint[], $2::bigint[], $3::json[], $5::text[]) on conflict do nothing`,
      [
        updates.map(({ update }) => update.update_id),
        updates.map(({ chatId }) => chatId),
        updates.map(({ update }) => JSON.stringify(update, storable)),
        this.botId,
        updates.map(({ update }) => update.message?.media_group_id ?? null),
      ],
    );
    return rowCount ?? 0;
  }

  /** Takes the oldest update that is first in its chat and due (an album when it is whole); undefined when there is none. */
  async claim(): Promise<StoredUpdate | undefined> {
    const { rows } = await this.pool.query<{
      update_id: string;
      chat_id: string;
      body: Update;
      attempts: number;
      media_group: string | null;
    }>(
      `update telegram_updates set claimed_until = now() + make_interval(secs => $1), attempts = attempts + 1
       where bot_id = $2 and update_id = (
         select u.update_id from telegram_updates u
         where u.bot_id = $2 and u.state = 'waiting' and u.claimed_until < now() and u.retry_at <= now()
           and not exists (
             select from telegram_updates earlier
             where earlier.bot_id = $2 and earlier.state = 'waiting' and earlier.chat_id = u.chat_id and earlier.update_id < u.update_id)
           and (u.media_group is null or u.album_of is not null or not exists (
             select from telegram_updates other
             where other.bot_id = $2 and other.chat_id = u.chat_id and other.media_group = u.media_group
               and other.received_at > now() - make_interval(secs => $3)))
         order by u.update_id limit 1 for update skip locked)
       returning update_id, chat_id, body, attempts, media_group`,
      [CLAIM_SECONDS, this.botId, ALBUM_QUIET_MS / 1_000],
    );
    const [row] = rows;
    return (
      row && {
        updateId: Number(row.update_id),
        chatId: Number(row.chat_id),
        update: row.body,
        attempts: row.attempts,
        mediaGroup: row.media_group,
      }
    );
  }

  /** All updates of the album that this one leads, in order. Who belongs is fixed by the first call. */
  async album({ updateId, chatId, mediaGroup }: StoredUpdate): Promise<Update[]> {
    await this.pool.query(
      `update telegram_updates set album_of = $1
       where bot_id = $2 and chat_id = $3 and media_group = $4 and state = 'waiting' and album_of is null
         and not exists (
           select from telegram_updates gathered
           where gathered.bot_id = $2 and gathered.chat_id = $3 and gathered.album_of = $1)`,
      [updateId, this.botId, chatId, mediaGroup],
    );
    const { rows } = await this.pool.query<{ body: Update }>(
      'select body from telegram_updates where bot_id = $1 and chat_id = $2 and album_of = $3 order by update_id',
      [this.botId, chatId, updateId],
    );
    return rows.map(({ body }) => body);
  }

  /** The update, and the album it led, are in the inbox. */
  async finish(updateId: number): Promise<void> {
    await this.pool.query(
      `update telegram_updates set state = 'done', error = null
       where bot_id = $2 and (update_id = $1 or (album_of = $1 and state = 'waiting'))`,
      [updateId, this.botId],
    );
  }

  /** Puts an update back for later; later ones of its chat wait behind it. */
  async postpone(updateId: number, delayMs: number, error: string): Promise<void> {
    await this.pool.query(
      `update telegram_updates set claimed_until = 'epoch', retry_at = now() + make_interval(secs => $2), error = $3
       where update_id = $1 and bot_id = $4`,
      [updateId, delayMs / 1000, error, this.botId],
    );
  }

  /** Gives an update up: it stays for an operator to see, and its chat goes on. */
  async bury(updateId: number, error: string): Promise<void> {
    await this.pool.query(
      `update telegram_updates set state = 'dead', error = $2
       where bot_id = $3 and (update_id = $1 or (album_of = $1 and state = 'waiting'))`,
      [updateId, error, this.botId],
    );
  }

  /** Forgets updates handled long ago. Telegram itself keeps them for a day, so a week is safe for deduplication. */
  async forgetOld(): Promise<number> {
    const { rowCount } = await this.pool.query(
      `delete from telegram_updates where state = 'done' and received_at < now() - interval '7 days'`,
    );
    return rowCount ?? 0;
  }
}
