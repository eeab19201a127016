import { type OutboxItem, SendRefusedError, type TargetSender } from '#libs/chats';
import { derivedId } from '#libs/platform';
import { isJobName, type JobQueue } from '#libs/queues';

/** Carries `job` effects of turns into the workers' queues; the queue ignores an id it knows, so a repeat is safe. */
export class JobSender implements TargetSender {
  readonly target = 'job';
  readonly concurrency = 16;
  readonly unknownOutcome = 'resend';

  constructor(private readonly queue: JobQueue) {}

  async send(item: OutboxItem): Promise<{ providerId: string }> {
    const { body, chatId } = item;
    if (body.type !== 'job' || !isJobName(body.name)) {
      throw new SendRefusedError('UNKNOWN_JOB', `no queue carries the job of ${item.id}`);
    }
    const id = derivedId('chat', item.id);
    await this.queue.add(body.name, { id, envelope: { payload: body.payload, chat: { chatId, jobId: item.id } }, priority: 'chat' });
    return { providerId: id };
  }
}
