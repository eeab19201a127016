import type { AttachmentRef, JsonObject } from '#libs/chats';
import type { JobProblem } from '#libs/queues';

/** The computed services and the files a service can give in place of JSON. */
export type ServiceName = 'valuation' | 'analogs' | 'finance-model' | 'vision.analysis' | 'vision.cutout';
export type ServiceFormat = 'json' | 'xlsx' | 'pdf';

export interface ServiceRequest {
  name: ServiceName;
  payload: JsonObject;
  /** Only finance models come as files. */
  format: ServiceFormat;
  /** Id of the partner's key: nobody else may read the job. */
  owner: string;
  /** Unfinished jobs the owner may have at once. */
  openLimit: number;
  /** How long to wait for the end, ms. */
  waitMs: number;
  /** Requests of one id share one job, however far apart; without it only those that come at about the same time do. */
  idempotencyId?: string;
}

/** Where a job stands; a completed job comes with the files that were asked for. */
export type JobStatus =
  | { state: 'waiting' | 'active'; jobId: string }
  | { state: 'completed'; jobId: string; result: JsonObject; files: AttachmentRef[] }
  | { state: 'failed'; jobId: string; problem: JobProblem };

/** Runs the services outside this process: CPU-bound work never blocks the API. */
export interface ServiceJobs {
  /** Starts a job and waits up to `waitMs`. The same request of the same owner while it runs may share one job. */
  run(request: ServiceRequest): Promise<JobStatus>;
  /** A job of this owner; undefined when there is none (or it is another's). */
  find(jobId: string, owner: string): Promise<JobStatus | undefined>;
}

/** Injection token of ServiceJobs; the process that composes the API provides it. */
export const SERVICE_JOBS = Symbol('ServiceJobs');
