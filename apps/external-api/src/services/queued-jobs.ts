import type { AttachmentRef, JsonObject, JsonValue } from '#libs/chats';
import { derivedId, Problem } from '#libs/platform';
import type { JobQueue, JobRecord, JobResults } from '#libs/queues';
import type { JobStatus, ServiceJobs, ServiceRequest } from './service-jobs.js';

/** A partner asking the same again within this time shares one job, ms: a retry after a lost answer costs nothing. */
const SAME_REQUEST_MS = 10_000;
/** When a partner with too many unfinished jobs may try again, seconds. */
const RETRY_AFTER_S = 2;

/** Services over the job queue: the job goes to a worker, its outcome comes back through PostgreSQL. */
export class QueuedJobs implements ServiceJobs {
  constructor(
    private readonly queue: JobQueue,
    private readonly results: JobResults,
    private readonly now: () => number = Date.now,
  ) {}

  async run(request: ServiceRequest): Promise<JobStatus> {
    const { name, payload, format, owner, openLimit, waitMs } = request;
    const id = this.idOf(request);
    const envelope = { payload, files: format === 'json' ? [] : [format] };
    if ((await this.results.expect({ id, owner, name, envelope }, openLimit)) === 'refused') {
      throw new Problem(429, 'TOO_MANY_JOBS', `This key has ${openLimit} unfinished jobs already`, {
        headers: { 'Retry-After': String(RETRY_AFTER_S) },
      });
    }
    // Added even when it is known already: a process may have died between noting the job and queueing it.
    await this.queue.add(name, { id, envelope, priority: 'request' });
    const record = await this.results.wait(id, owner, waitMs);
    return record ? this.statusOf(record) : { state: 'waiting', jobId: id };
  }

  private idOf({ name, payload, format, owner, idempotencyId }: ServiceRequest): string {
    if (idempotencyId !== undefined) return derivedId('job', owner, 'idempotent', idempotencyId);
    return derivedId('job', owner, name, format, JSON.stringify(payload), Math.floor(this.now() / SAME_REQUEST_MS));
  }

  async find(jobId: string, owner: string): Promise<JobStatus | undefined> {
    const record = await this.results.find(jobId, owner);
    return record ? this.statusOf(record) : undefined;
  }

  private async statusOf({ id, name, outcome }: JobRecord): Promise<JobStatus> {
    if (!outcome) return { state: (await this.queue.state(name, id)) === 'active' ? 'active' : 'waiting', jobId: id };
    if (outcome.status === 'failed') return { state: 'failed', jobId: id, problem: outcome.problem };
    const { attachments, ...result } = asObject(outcome.result);
    const files = Array.isArray(attachments) ? (attachments as unknown as AttachmentRef[]) : [];
    return { state: 'completed', jobId: id, result, files };
  }
}

/** Results of services are objects; anything else is shown under its own name. */
function asObject(result: JsonValue): JsonObject {
  return result !== null && typeof result === 'object' && !Array.isArray(result) ? result : { value: result };
}
