import type pg from 'pg';
import type { OutboxBody } from '#libs/chats';
import type { Logger } from '#libs/platform';
import { isJobName, type JobQueue, type JobResults } from '#libs/queues';
import { chatJob } from './job-sender.js';

/** An answer that has not come by then is looked after, ms. */
const OVERDUE_MS = 3_000;
const LOOK_MS = 2_000;
/** Queues keep the ids of finished jobs for a day: what is put back within less cannot be done twice. */
const WITHIN_HOURS = 20;
/** Jobs looked after at once; the rest has its turn at the next looks. */
const PORTION = 200;

interface Overdue {
  id: string;
  chat_id: string;
  body: OutboxBody;
  settled_at: string;
}

/**
 * Puts jobs back that their queue has forgotten: Redis keeps nothing that is not also in PostgreSQL, so one that comes back
 * empty costs seconds and no job. A queue that still knows a job's id ignores it.
 */
export class LostJobs {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  /** Where the next look goes on: a long queue of jobs that only wait must not hide a lost one behind it. */
  private after = { settledAt: '-infinity', id: '' };

  constructor(
    private readonly pool: pg.Pool,
    private readonly queue: Pick<JobQueue, 'putBack'>,
    private readonly results: Pick<JobResults, 'overdue'>,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.looking = this.putBack()
        .then(
          () => {},
          (error: unknown) => this.logger.warn({ err: error }, 'overdue jobs could not be looked after'),
        )
        .finally(() => this.start());
    }, LOOK_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.looking;
    clearTimeout(this.timer);
  }

  /** One look: adds every overdue job of this portion again; returns how many those were. */
  async putBack(): Promise<number> {
    const [ofChats, ofPartners] = await Promise.all([
      this.overdueOfChats(),
      this.results.overdue(OVERDUE_MS, WITHIN_HOURS, PORTION),
    ]);
    for (const { id, chat_id, body } of ofChats) {
      if (body.type === 'job' && isJobName(body.name)) {
        await this.queue.putBack(body.name, chatJob(chat_id, id, body.payload, body.trace));
      }
    }
    for (const { id, name, envelope } of ofPartners) {
      await this.queue.putBack(name, { id, envelope, priority: 'request' });
    }
    return ofChats.length + ofPartners.length;
  }

  private async overdueOfChats(): Promise<Overdue[]> {
    const { rows } = await this.pool.query<Overdue>({
      name: 'overdue-chat-jobs',
      text: `select o.id, o.chat_id, o.body, o.settled_at::text from outbox o
        where o.target = 'job' and o.state = 'sent' and o.settled_at < now() - $1::float8 * interval '1 ms'
          and o.settled_at > now() - $2::int * interval '1 hour' and (o.settled_at, o.id) > ($3::timestamptz, $4)
          and not exists (select from inbox i where i.chat_id = o.chat_id and i.kind = 'job' and i.external_id = o.id)
        order by o.settled_at, o.id limit $5`,
      values: [OVERDUE_MS, WITHIN_HOURS, this.after.settledAt, this.after.id, PORTION],
    });
    const last = rows.length === PORTION ? rows.at(-1) : undefined;
    this.after = last ? { settledAt: last.settled_at, id: last.id } : { settledAt: '-infinity', id: '' };
    return rows;
  }
}
