import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ThreadPool } from './thread-pool.js';

describe(ThreadPool.name, () => {
  let folder: string;
  let entry: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-threads-'));
    entry = path.join(folder, 'thread.mjs');
    writeFileSync(
      entry,
      `import { threadId } from 'node:worker_threads';
       export function run(task) {
         if (task === 'spin') for (;;);
         if (task === 'fail') throw new Error('broken');
         if (task === 'fill') { const all = []; for (;;) all.push(new Array(100_000).fill({})); }
         return threadId;
       }`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('terminates the thread of a task past its deadline and serves the next task by another', async () => {
    const pool = new ThreadPool<string, number>({ entry, threads: 1 });
    const first = await pool.run('id');
    const started = performance.now();
    await expect(pool.run('spin', AbortSignal.timeout(100))).rejects.toThrow(/abort/i);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(await pool.run('id')).not.toBe(first);
    await pool.close();
  });

  it('passes on what a task throws and keeps its thread', async () => {
    const pool = new ThreadPool<string, number>({ entry, threads: 1 });
    const first = await pool.run('id');
    await expect(pool.run('fail')).rejects.toThrow('broken');
    expect(await pool.run('id')).toBe(first);
    await pool.close();
  });

  it('outlives a task that takes all memory of its thread', async () => {
    const errors: Error[] = [];
    const pool = new ThreadPool<string, number>({
      entry,
      threads: 1,
      memoryMb: 64,
      onError: (error) => errors.push(error),
    });
    await expect(pool.run('fill')).rejects.toThrow(/memory/i);
    expect(await pool.run('id')).toBeGreaterThan(0);
    await pool.close();
  });

  it('rejects what was not finished when it is closed', async () => {
    const pool = new ThreadPool<string, number>({ entry, threads: 1 });
    await pool.run('id');
    const spinning = expect(pool.run('spin')).rejects.toThrow();
    const waiting = expect(pool.run('id')).rejects.toThrow();
    expect(pool.waiting).toBe(1);
    await pool.close();
    await Promise.all([spinning, waiting]);
  });
});
