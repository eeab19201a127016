import { describe, expect, it } from 'vitest';
import type { JobResult, OutboxItem } from '#libs/chats';
import { derivedId } from '#libs/platform';
import { JobSender } from './job-sender.js';

const item = (turn: number, name = 'search') =>
  ({ id: `c1:${turn}:0`, chatId: 'c1', body: { type: 'job', name, payload: { turn } } }) as unknown as OutboxItem;

/** A queue, a memory of the newest jobs and a mailbox that keep what they are told, in order. */
function senderOver(answered: readonly string[] = []) {
  const log: string[] = [];
  const newest = new Map<string, string>();
  const results = new Set(answered);
  const sender = new JobSender(
    {
      add: async (name, job) => void log.push(`add ${name} ${job.envelope.chat?.jobId}`),
      cancel: async (name, id) => log.push(`cancel ${name} ${id}`) > 0,
    },
    {
      async replace(chatId, name, jobId) {
        const previous = newest.get(`${chatId} ${name}`);
        newest.set(`${chatId} ${name}`, jobId);
        return previous === jobId ? null : (previous ?? null);
      },
    },
    {
      async ingestJobResult({ jobId, status, problem }: JobResult) {
        if (results.has(jobId)) return false;
        results.add(jobId);
        log.push(`answer ${jobId} ${status} ${problem?.code}`);
        return true;
      },
    },
  );
  return { sender, log };
}

describe(JobSender.name, () => {
  it('answers an earlier job of the kind as superseded before it takes it out, and adds the new one', async () => {
    const { sender, log } = senderOver();
    await sender.send(item(1));
    await sender.send(item(2));
    expect(log).toEqual([
      'add search c1:1:0',
      'answer c1:1:0 failed JOB_SUPERSEDED',
      `cancel search ${derivedId('chat', 'c1:1:0')}`,
      'add search c1:2:0',
    ]);
  });

  it('leaves jobs of other kinds and jobs that were answered alone', async () => {
    const { sender, log } = senderOver(['c1:1:0']);
    await sender.send(item(1));
    await sender.send(item(2, 'valuation'));
    await sender.send(item(3));
    expect(log).toEqual(['add search c1:1:0', 'add valuation c1:2:0', 'add search c1:3:0']);
  });

  it('sent again after a lost answer, adds the same job and supersedes nothing', async () => {
    const { sender, log } = senderOver();
    const first = await sender.send(item(1));
    expect(await sender.send(item(1))).toEqual(first);
    expect(log).toEqual(['add search c1:1:0', 'add search c1:1:0']);
  });

  it('refuses a job no queue carries', async () => {
    await expect(senderOver().sender.send(item(1, 'fortune'))).rejects.toMatchObject({ code: 'UNKNOWN_JOB' });
  });
});
