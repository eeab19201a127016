import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { createTestDatabase } from '#libs/testing';
import { busiestSecond, measureRate } from './amocrm-rate.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Two minutes of requests; `npm run amocrm:rate` takes 500 chats. */
const CHATS = 100;

it('counts any second, not only whole ones', () => {
  expect(busiestSecond([])).toBe(0);
  expect(busiestSecond([0, 500, 999, 1_000, 1_499])).toBe(4);
  expect(busiestSecond([0, 1_000, 2_000])).toBe(1);
});

it(`${CHATS} chats over two processes: under 7 requests in any second, caught up, nothing lost, doubled or reordered`, async () => {
  execFileSync(process.execPath, ['ci/build.mjs'], { cwd: ROOT, stdio: 'ignore' });
  const database = await createTestDatabase(inject('postgresUrl'), { max: 6 });
  try {
    const counts = await measureRate({
      chats: CHATS,
      rounds: 1,
      processes: 2,
      databaseUrl: database.url,
      pool: database.pool,
      processFile: path.join(ROOT, 'dist/test/chaos/amocrm-process.js'),
      limitMs: 400_000,
      print: (line) => process.stdout.write(`${line}\n`),
    });
    process.stdout.write(`amoCRM rate: ${JSON.stringify(counts)}\n`);
    expect(counts.busiestSecond).toBeLessThan(7);
    expect(counts).toMatchObject({ messages: CHATS * 2, refusedForRate: 0, lost: 0, doubled: 0, reordered: 0 });
  } finally {
    await database.drop();
  }
}, 480_000);
