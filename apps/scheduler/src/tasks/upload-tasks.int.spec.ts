import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createChats } from '#libs/chats';
import { FolderFileStore, migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { expireUploads } from './upload-tasks.js';

const NOW = new Date('2026-03-20T01:00:00Z');
let database: TestDatabase;
const folder = mkdtempSync(path.join(tmpdir(), 'wewall-uploads-'));
const files = new FolderFileStore(folder);

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'), { max: 3 });
  await migrate(database.pool);
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

it('ends old uploads and removes files nothing refers to', async () => {
  const { pool } = database;
  const upload = async (name: string, at: string, content = name) => {
    const { fileId, ...file } = await files.put(Buffer.from(content), {
      name: 'a.pdf',
      contentType: 'application/pdf',
    });
    const ref = { fileId, name: file.name, contentType: file.contentType, size: file.size };
    await pool.query('insert into uploads (id, owner, file, created_at) values ($1, $2, $3, $4)', [
      name,
      'rest:k',
      ref,
      at,
    ]);
    return ref;
  };
  const old = '2026-03-01T00:00:00Z';
  const unused = await upload('unused', old);
  const said = await upload('said', old);
  const asked = await upload('asked', old);
  const again = await upload('again-old', old, 'again');
  await upload('again-young', '2026-03-19T00:00:00Z', 'again');
  const young = await upload('young', '2026-03-14T00:00:00Z');
  await createChats(pool).store.ingestClientMessage({ chatId: 'c', channel: 'rest', id: 'm', attachments: [said] });
  await pool.query(`insert into job_results (id, owner, name, outcome) values ('j', 'k', 'vision.fast', $1)`, [
    { status: 'completed', result: { attachments: [asked] } },
  ]);

  expect(await expireUploads(pool, files, 7).run(NOW)).toBe(4);
  const { rows } = await pool.query('select id from uploads order by id');
  expect(rows.map(({ id }) => id)).toEqual(['again-young', 'young']);
  expect(await files.stat(unused.fileId)).toBeNull();
  for (const { fileId } of [said, asked, again, young]) expect(await files.stat(fileId)).not.toBeNull();
  expect(await expireUploads(pool, files, 7).run(NOW)).toBe(0);
});
