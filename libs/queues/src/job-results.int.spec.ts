import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { JobResults } from './job-results.js';
import type { JobOutcome } from './job-types.js';
import { LatestJobs } from './latest-jobs.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'), { max: 12 });
  await migrate(database.pool);
});
afterAll(() => database.drop());

describe(JobResults.name, () => {
  const done: JobOutcome = { status: 'completed', result: { total: 1 } };
  const gaveUp: JobOutcome = { status: 'failed', problem: { code: 'JOB_FAILED', detail: 'Не удалось' } };
  const refused: JobOutcome = { status: 'failed', problem: { code: 'UNKNOWN_STATION', detail: 'Не знаю' } };

  it.each([
    ['keeps the first of two results', done, { status: 'completed', result: 2 }, done],
    ['keeps a result when the job is given up later', done, gaveUp, done],
    ['keeps a refusal', refused, done, refused],
    ['takes the result of a dead letter that was replayed', gaveUp, done, done],
  ] as const)('%s', async (what, first, second, kept) => {
    const results = new JobResults(database.pool);
    expect(await results.expect({ id: what, owner: 'a', name: 'valuation', envelope: { payload: {} } }, 10)).toBe(
      'added',
    );
    expect(await results.settle(what, first as JobOutcome)).toBe(true);
    expect(await results.settle(what, second as JobOutcome)).toBe(kept !== first);
    expect(await results.find(what, 'a')).toEqual({ id: what, name: 'valuation', outcome: kept });
    expect(await results.find(what, 'another')).toBeNull();
  });

  it('holds an owner to the limit however many ask at once, and counts a repeat once', async () => {
    const results = new JobResults(database.pool);
    const ask = (id: string) => results.expect({ id, owner: 'busy', name: 'valuation', envelope: { payload: {} } }, 3);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => ask(`busy-${n}`)));
    expect(answers.filter((answer) => answer === 'added')).toHaveLength(3);
    expect(answers.filter((answer) => answer === 'refused')).toHaveLength(7);
    expect(await results.open('busy')).toBe(3);
    const known = `busy-${answers.indexOf('added')}`;
    expect(await ask(known)).toBe('known');
    await results.settle(known, done);
    expect(await ask('busy-next')).toBe('added');
  });

  it('waits for an outcome that comes, and no longer than told', async () => {
    const results = new JobResults(database.pool);
    await results.expect({ id: 'late', owner: 'w', name: 'valuation', envelope: { payload: {} } }, 10);
    expect(await results.wait('late', 'w', 60)).toMatchObject({ outcome: null });
    setTimeout(() => void results.settle('late', done), 50);
    expect(await results.wait('late', 'w', 5_000)).toMatchObject({ outcome: done });
  });
});

describe(LatestJobs.name, () => {
  it('names the job that is replaced, per chat and kind; a repeat replaces nothing', async () => {
    const latest = new LatestJobs(database.pool);
    expect(await latest.replace('c1', 'search', 'c1:1:0')).toBeNull();
    expect(await latest.replace('c1', 'search', 'c1:1:0')).toBeNull();
    expect(await latest.replace('c1', 'search', 'c1:2:0')).toBe('c1:1:0');
    expect(await latest.replace('c1', 'search', 'c1:2:0')).toBeNull();
    expect(await latest.replace('c1', 'valuation', 'c1:3:0')).toBeNull();
    expect(await latest.replace('c2', 'search', 'c2:1:0')).toBeNull();
  });
});
