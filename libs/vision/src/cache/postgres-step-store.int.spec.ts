import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { PostgresStepStore } from './postgres-step-store.js';
import { cacheKey, StepCache } from './step-cache.js';

const SIGNAL = new AbortController().signal;
const keyOf = (digit: string, step: string) => cacheKey({ sha256: digit.repeat(64), step, model: 'm@1' });

describe(PostgresStepStore.name, () => {
  let database: TestDatabase;
  let store: PostgresStepStore;
  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    store = new PostgresStepStore(database.pool);
  });
  afterAll(() => database.drop());

  it('gives back what was kept, to another process as well', async () => {
    const value = { text: 'площадь 146,2 м²\n\u0000', words: [], nothing: null };
    await new StepCache({ store }).through(keyOf('a', 'ocr'), async () => value, SIGNAL);
    const again = await new StepCache({ store }).through(keyOf('a', 'ocr'), async () => 'computed again', SIGNAL);
    expect(again).toEqual({ value: { ...value, text: 'площадь 146,2 м²\n' }, cached: true });
    expect(await store.get(keyOf('a', 'classify'))).toBeUndefined();
  });

  it('keeps values that are null or false apart from none', async () => {
    await store.set(keyOf('b', 'hash'), null);
    await store.set(keyOf('b', 'unsafe'), 0);
    expect([await store.get(keyOf('b', 'hash')), await store.get(keyOf('b', 'unsafe'))]).toEqual([null, 0]);
  });

  it('forgets one picture and leaves the others', async () => {
    await store.set(keyOf('c', 'ocr'), 1);
    await store.set(keyOf('c', 'classify'), 1);
    await store.set(keyOf('d', 'ocr'), 1);
    await store.forget('c'.repeat(64));
    expect([await store.get(keyOf('c', 'ocr')), await store.get(keyOf('c', 'classify'))]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await store.get(keyOf('d', 'ocr'))).toBe(1);
  });

  it('neither gives back nor keeps what is too old', async () => {
    await store.set(keyOf('e', 'ocr'), 1);
    await database.pool.query(`update vision_steps set kept_at = now() - interval '31 days' where key = $1`, [
      keyOf('e', 'ocr'),
    ]);
    expect(await store.get(keyOf('e', 'ocr'))).toBeUndefined();
    expect([await store.prune(), await store.prune()]).toEqual([1, 0]);
  });
});
