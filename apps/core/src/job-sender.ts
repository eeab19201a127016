import { type ChatStore, type JsonValue, type OutboxItem, SendRefusedError, type TargetSender } from '#libs/chats';
import { derivedId } from '#libs/platform';
import { type AddJob, isJobName, JOB_SUPERSEDED, type JobName, type JobQueue, type LatestJobs } from '#libs/queues';

/** Id in the queue of the job that an outbox row asks for. */
export const queueId = (outboxId: string) => derivedId('chat', outboxId);

/** The job an outbox row asks for, as the queue takes it: the same for every attempt. */
export function chatJob(chatId: string, outboxId: string, payload: JsonValue, trace?: string): AddJob {
  return {
    id: queueId(outboxId),
    envelope: { payload, chat: { chatId, jobId: outboxId }, ...(trace !== undefined && { trace }) },
    priority: 'chat',
  };
}

/**
 * Carries `job` effects of turns into the workers' queues; the queue ignores an id it knows, so a repeat is safe. A newer job
 * of the same kind in a chat replaces the earlier one: that one is answered as superseded and taken out of its queue.
 */
export class JobSender implements TargetSender {
  readonly target = 'job';
  readonly concurrency = 16;
  readonly unknownOutcome = 'resend';

  constructor(
    private readonly queue: Pick<JobQueue, 'add' | 'cancel'>,
    private readonly latest: Pick<LatestJobs, 'replace'>,
    private readonly chats: Pick<ChatStore, 'ingestJobResult'>,
  ) {}

  async send(item: OutboxItem): Promise<{ providerId: string }> {
    const { body, chatId } = item;
    if (body.type !== 'job' || !isJobName(body.name)) {
      throw new SendRefusedError('UNKNOWN_JOB', `no queue carries the job of ${item.id}`);
    }
    const earlier = await this.latest.replace(chatId, body.name, item.id);
    if (earlier !== null) await this.supersede(chatId, body.name, earlier);
    const job = chatJob(chatId, item.id, body.payload, item.trace);
    await this.queue.add(body.name, job);
    return { providerId: job.id };
  }

  private async supersede(chatId: string, name: JobName, jobId: string): Promise<void> {
    // Answered first: from here on a result of the earlier job is a repeat, so it is answered once whatever happens next.
    const detail = 'Запрос заменён новым.';
    const open = await this.chats.ingestJobResult({
      chatId,
      jobId,
      name,
      status: 'failed',
      problem: { code: JOB_SUPERSEDED, detail },
    });
    if (open) await this.queue.cancel(name, queueId(jobId));
  }
}
