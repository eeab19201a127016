import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { LabelStore, type PictureLabel } from './label-store.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
});
afterAll(() => database.drop());

const told = (fileId: string, label: string, author: PictureLabel['author'] = 'client'): PictureLabel => ({
  fileId,
  set: 'fit-out',
  label,
  author,
});

describe(LabelStore.name, () => {
  it('keeps an effect once, and lets a manager’s word count over a client’s', async () => {
    const store = new LabelStore(database.pool);
    await store.add('label-1', [told('a', 'shell'), told('b', 'ready')]);
    await store.add('label-1', [told('a', 'partial'), told('b', 'partial')]);
    await store.add('label-2', [told('b', 'partial', 'manager')]);
    await store.add('label-3', [told('b', 'shell')]);
    expect(await store.settled('fit-out')).toEqual([told('a', 'shell'), told('b', 'partial', 'manager')]);
    expect(await store.settled('kind')).toEqual([]);
  });

  it('refuses a label that does not exist', async () => {
    await expect(new LabelStore(database.pool).add('label-4', [told('a', 'plan')])).rejects.toThrow(RangeError);
  });
});
