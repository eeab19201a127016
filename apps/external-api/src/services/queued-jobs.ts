import { randomUUID } from 'node:crypto';
import type { AttachmentRef, JsonObject } from '#libs/chats';
import { derivedId, Problem } from '#libs/platform';
import type { JobQueue, JobRecord, JobResults } from '#libs/queues';
import type { JobStatus, ServiceJobs, ServiceRequest } from './service-jobs.js';

/** Unfinished jobs a partner may have at once; more are refused until some end. */
const OPEN_JOBS_LIMIT = 50;

/** Services as jobs of the workers' queues; outcomes are read from PostgreSQL. */
export class QueuedJobs implements ServiceJobs {
  constructor(
    private readonly queue: JobQueue,
    private readonly results: JobResults,
  ) {}

  async run(request: ServiceRequest): Promise<JobStatus> {
    const { name, payload, format, owner, waitMs } = request;
    if ((await this.results.open(owner)) >= OPEN_JOBS_LIMIT) {
      throw new Problem(429, 'TOO_MANY_JOBS', `At most ${OPEN_JOBS_LIMIT} unfinished jobs of one key`, {
        headers: { 'Retry-After': '5' },
      });
    }
    // Each request is a job of its own: a model computed a month later may differ, because the catalogue did.
    const id = derivedId('api', owner, randomUUID());
    await this.results.expect({ id, owner, name });
    await this.queue.add(name, {
      id,
      envelope: { payload, files: format === 'json' ? [] : [format] },
      priority: 'request',
    });
    return statusOf(id, await this.results.wait(id, owner, waitMs));
  }

  async find(jobId: string, owner: string): Promise<JobStatus | undefined> {
    const record = await this.results.find(jobId, owner);
    return record ? statusOf(jobId, record) : undefined;
  }
}

function statusOf(jobId: string, record: JobRecord | null): JobStatus {
  const outcome = record?.outcome;
  if (!outcome) return { state: 'waiting', jobId };
  if (outcome.status === 'failed') return { state: 'failed', jobId, problem: outcome.problem };
  if (record.name !== 'finance-model') return { state: 'completed', jobId, result: outcome.result };
  const { attachments, ...result } = outcome.result as JsonObject & { attachments?: unknown };
  const [file] = (attachments as AttachmentRef[] | undefined) ?? [];
  return { state: 'completed', jobId, result, ...(file ? { file } : {}) };
}
