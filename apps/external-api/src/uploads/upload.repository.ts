import type pg from 'pg';
import type { AttachmentRef } from '#libs/chats';

/** Rows of `uploads`: who may attach which file. */
export class UploadRepository {
  constructor(private readonly pool: pg.Pool) {}

  /** Remembers an upload; the same one again changes nothing. */
  async insert(id: string, owner: string, file: AttachmentRef): Promise<void> {
    await this.pool.query('insert into uploads (id, owner, file) values ($1, $2, $3) on conflict do nothing', [
      id,
      owner,
      file,
    ]);
  }

  /** Files of these uploads that belong to the owner, by upload id. */
  async find(owner: string, ids: readonly string[]): Promise<Map<string, AttachmentRef>> {
    if (ids.length === 0) return new Map();
    const { rows } = await this.pool.query<{ id: string; file: AttachmentRef }>(
      'select id, file from uploads where owner = $1 and id = any($2)',
      [owner, ids],
    );
    return new Map(rows.map(({ id, file }) => [id, file]));
  }
}
