import { Problem } from '#libs/platform';
import type { JobStatus, ServiceJobs } from './service-jobs.js';

/** Stands in where a process is composed without workers: says so instead of pretending. */
export class UnavailableJobs implements ServiceJobs {
  run(): Promise<JobStatus> {
    return Promise.reject(new Problem(503, 'SERVICE_UNAVAILABLE', 'This process is not connected to workers'));
  }

  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
