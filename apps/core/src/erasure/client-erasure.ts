import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type pg from 'pg';
import { type FileStore, withTransaction } from '#libs/platform';
import { isJobName, type JobQueue } from '#libs/queues';
import { queueId } from '../job-sender.js';
import { findWords, type PersonalRows, personalTables, type Subject } from './personal-tables.js';

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>;
const HASH_BYTES = 32;
/** While it holds the chat nobody else takes it, ms. */
const LEASE_MS = 120_000;
const FILE_ID = /"fileId"\s*:\s*"([0-9a-f]{40})"/g;

/** The chat cannot be forgotten now; the message says why and what to do. */
export class ErasureRefusedError extends Error {
  readonly code = 'erasure.refused';
}

/** Rows by table, and files; of a dry run those that would go. */
export interface ErasureSummary {
  chatId: string;
  removed: Record<string, number>;
  files: number;
}

/**
 * Forgets a client: every row of the chat, whatever was received from providers about it, its jobs, its uploads with their
 * files and what was found in them. What stays is an audit row that names nobody. Files that another chat refers to stay.
 */
export class ClientErasure {
  constructor(
    private readonly pool: pg.Pool,
    private readonly files: Pick<FileStore, 'stat' | 'remove'>,
    private readonly jobs: Pick<JobQueue, 'cancel' | 'state'>,
  ) {}

  /** What there is; changes nothing. Throws ErasureRefusedError when there is no such chat. */
  async plan(chatId: string): Promise<ErasureSummary> {
    const subject = await this.subjectOf(chatId);
    const tables = await personalTables(this.pool);
    const removed: Record<string, number> = {};
    for (const { table, where } of tables) {
      const { rows } = await this.pool.query<{ count: number }>(
        `select count(*)::int as count from ${table} where (${where}) and $1::text is not null and $2::text[] is not null`,
        [subject.chatId, subject.needles],
      );
      if (rows[0]?.count) removed[table] = rows[0].count;
    }
    return { chatId, removed, files: (await this.filesOf(this.pool, subject, tables)).length };
  }

  /**
   * Forgets the client. Throws ErasureRefusedError while a turn, a send or a job of the chat runs: repeat it then. An
   * erasure that was cut off is repeated with the same effect; files are removed after the rows.
   */
  async erase(chatId: string): Promise<ErasureSummary> {
    const subject = await this.subjectOf(chatId);
    await this.hold(chatId);
    try {
      await this.dropJobs(chatId);
    } catch (error) {
      await this.pool.query(`update chats set lease_until = 'epoch', leased_by = null where id = $1`, [chatId]);
      throw error;
    }
    const salt = randomBytes(16);
    const hash = await derive(chatId, salt, HASH_BYTES);
    const tables = await personalTables(this.pool);
    const { removed, orphans } = await withTransaction(this.pool, async (client) => {
      // Whoever wants to store something of this chat waits here and then begins a new one.
      await client.query('select from chats where id = $1 for update', [chatId]);
      const files = await this.filesOf(client, subject, tables);
      const removed: Record<string, number> = {};
      for (const { table, where } of tables) {
        const { rowCount } = await client.query(
          `delete from ${table} where (${where}) and $1::text is not null and $2::text[] is not null`,
          [subject.chatId, subject.needles],
        );
        if (rowCount) removed[table] = rowCount;
      }
      const orphans = await this.orphansOf(client, files);
      await client.query(`delete from uploads where file->>'fileId' = any($1)`, [orphans]);
      await client.query('delete from vision_labels where file_id = any($1)', [orphans]);
      await this.dropFindings(client, orphans);
      await client.query('insert into erasures (subject_hash, salt, removed) values ($1, $2, $3)', [
        hash,
        salt,
        { ...removed, files: orphans.length },
      ]);
      return { removed, orphans };
    });
    for (const fileId of orphans) await this.files.remove(fileId);
    return { chatId, removed, files: orphans.length };
  }

  /** Whether the chat of this id was forgotten, and when: the answer to a client who asks. */
  async erasedAt(chatId: string): Promise<Date | null> {
    const { rows } = await this.pool.query<{ subject_hash: Buffer; salt: Buffer; erased_at: Date }>(
      'select subject_hash, salt, erased_at from erasures order by id desc',
    );
    for (const { subject_hash, salt, erased_at } of rows) {
      if ((await derive(chatId, salt, HASH_BYTES)).equals(subject_hash)) return erased_at;
    }
    return null;
  }

  /** Where the chat's id still stands, in any table of the database. */
  leftovers(chatId: string): Promise<string[]> {
    return findWords(this.pool, [chatId]);
  }

  private async subjectOf(chatId: string): Promise<Subject> {
    const { rows } = await this.pool.query<{ channel: string; address: Record<string, unknown>; external: string[] }>(
      `select channel, address, array(select external_id from chat_external_ids e where e.chat_id = c.id) as external
       from chats c where id = $1`,
      [chatId],
    );
    const [chat] = rows;
    if (!chat) throw new ErasureRefusedError(`there is no chat ${chatId}`);
    const crm = await this.pool.query<{ amojo_chat_id: string | null }>(
      'select amojo_chat_id from crm_chats where chat_id = $1',
      [chatId],
    );
    const addresses = Object.values(chat.address).filter((value) => ['string', 'number'].includes(typeof value));
    const outer = chat.channel === 'rest' ? [chatId.split(':').slice(2).join(':')] : [];
    const needles = [chatId, ...outer, ...chat.external, ...addresses.map(String), crm.rows[0]?.amojo_chat_id ?? ''];
    return { chatId, needles: [...new Set(needles)].filter((needle) => needle !== '') };
  }

  /** Takes the chat as a turn does; a client's next message waits until it is forgotten and begins a new chat. */
  private async hold(chatId: string): Promise<void> {
    const { rowCount } = await this.pool.query(
      `update chats set fence = fence + 1, lease_until = now() + $2 * interval '1 ms', leased_by = 'client:forget'
       where id = $1 and lease_until < now()
         and not exists (select from outbox where chat_id = $1 and state = 'pending' and leased_until > now())`,
      [chatId, LEASE_MS],
    );
    if (!rowCount) throw new ErasureRefusedError(`${chatId}: a turn or a send is running, try again in a minute`);
  }

  /** Takes the chat's jobs out of the queues; what a running one would bring has nobody to go to, so it is waited for. */
  private async dropJobs(chatId: string): Promise<void> {
    const { rows } = await this.pool.query<{ id: string; name: string }>(
      `select id, body->>'name' as name from outbox where chat_id = $1 and target = 'job'`,
      [chatId],
    );
    for (const { id, name } of rows) {
      if (!isJobName(name)) continue;
      await this.jobs.cancel(name, queueId(id));
      if ((await this.jobs.state(name, queueId(id))) === 'active') {
        throw new ErasureRefusedError(`${chatId}: its job ${name} is running, try again in a minute`);
      }
    }
  }

  /** Files that rows of the chat refer to. */
  private async filesOf(
    database: pg.Pool | pg.PoolClient,
    { chatId, needles }: Subject,
    tables: readonly PersonalRows[],
  ): Promise<string[]> {
    const found = new Set<string>();
    for (const { table, where } of tables) {
      const { rows } = await database.query<{ row: string }>(
        `select row_to_json(t)::text as row from ${table} t
         where (${where}) and $1::text is not null and $2::text[] is not null and strpos(row_to_json(t)::text, 'fileId') > 0`,
        [chatId, needles],
      );
      // A document kept as text is quoted once more.
      for (const { row } of rows) {
        for (const [, fileId] of row.replaceAll('\\"', '"').matchAll(FILE_ID)) if (fileId) found.add(fileId);
      }
    }
    return [...found];
  }

  /** Those of the files that no chat refers to any more: equal files of two clients are one. */
  private async orphansOf(client: pg.PoolClient, files: readonly string[]): Promise<string[]> {
    const orphans: string[] = [];
    for (const fileId of files) {
      const { rowCount } = await client.query(
        `select from transcript where strpos(content::text, $1) > 0
         union all select from inbox where strpos(body::text, $1) > 0
         union all select from checkpoints where strpos(checkpoint, $1) > 0 limit 1`,
        [fileId],
      );
      if (!rowCount) orphans.push(fileId);
    }
    return orphans;
  }

  /** What was read in the pictures is kept by the hash of their bytes. */
  private async dropFindings(client: pg.PoolClient, files: readonly string[]): Promise<void> {
    for (const fileId of files) {
      const stored = await this.files.stat(fileId);
      if (stored) await client.query(`delete from vision_steps where starts_with(key, $1)`, [stored.sha256]);
    }
  }
}
