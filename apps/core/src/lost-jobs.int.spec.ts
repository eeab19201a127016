import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createChats, type TurnHandler } from '#libs/chats';
import { createLogger, migrate } from '#libs/platform';
import { type AddJob, type JobName, JobResults } from '#libs/queues';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { LostJobs } from './lost-jobs.js';

const asksForSearch: TurnHandler = {
  run: async () => ({
    effects: [{ type: 'job', name: 'search', payload: { area: 100 } }],
    view: { scenario: null, step: null, slots: {} },
  }),
  apology: () => ({ text: '' }),
};

describe(LostJobs.name, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'), { max: 4 });
    await migrate(database.pool);
  });
  afterAll(() => database.drop());

  it('puts back what was handed over and never answered, the same as before, and nothing else', async () => {
    const { pool } = database;
    const chats = createChats(pool, { quietMs: 0, sweepMs: 20 });
    chats.outbox.register({ target: 'job', unknownOutcome: 'resend', send: async () => ({}) });
    const runner = await chats.createRunner(asksForSearch);
    runner.start();
    chats.outbox.start();
    for (const chatId of ['lost', 'answered', 'young']) {
      await chats.store.ingestClientMessage({ chatId, channel: 'rest', id: 'm1', text: 'ищи' });
    }
    const sent = `select count(*)::int as sent from outbox where target = 'job' and state = 'sent'`;
    await expect.poll(async () => (await pool.query(sent)).rows[0].sent).toBe(3);
    await runner.stop();
    await chats.outbox.stop();
    await chats.store.ingestJobResult({
      chatId: 'answered',
      jobId: 'answered:1:0',
      name: 'search',
      status: 'completed',
    });
    const results = new JobResults(pool);
    const envelope = { payload: { area: 5 }, files: ['pdf'] };
    for (const id of ['partner-lost', 'partner-done', 'partner-young']) {
      await results.expect({ id, owner: 'p', name: 'valuation', envelope }, 10);
    }
    await results.settle('partner-done', { status: 'completed', result: 1 });
    await pool.query(`update outbox set settled_at = now() - interval '10 s' where chat_id <> 'young'`);
    await pool.query(`update job_results set created_at = now() - interval '10 s' where id <> 'partner-young'`);

    const added: [JobName, AddJob][] = [];
    const putBack = async (name: JobName, job: AddJob) => void added.push([name, job]);
    const lost = new LostJobs(pool, { putBack }, results, createLogger({ level: 'silent', app: 'test' }));
    expect(await lost.putBack()).toBe(2);
    expect(added).toEqual([
      [
        'search',
        {
          id: expect.stringMatching(/^chat/),
          envelope: { payload: { area: 100 }, chat: { chatId: 'lost', jobId: 'lost:1:0' } },
          priority: 'chat',
        },
      ],
      ['valuation', { id: 'partner-lost', envelope, priority: 'request' }],
    ]);
    // A partner's data is kept no longer than the job needs it.
    const { rows } = await pool.query(`select id from job_results where envelope is null`);
    expect(rows).toEqual([{ id: 'partner-done' }]);
  });
});
