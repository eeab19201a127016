export { QueueBackend } from './backend.js';
export { type AddJob, type FailedJob, JOB_ATTEMPTS, JobQueue } from './job-queue.js';
export { JobRefusal } from './job-refusal.js';
export { type JobRecord, JobResults } from './job-results.js';
export {
  isJobName,
  JOB_FAILED,
  JOB_QUEUES,
  JOB_SUPERSEDED,
  type JobChat,
  type JobEnvelope,
  type JobName,
  type JobOutcome,
  type JobProblem,
  PRIORITY,
  QUEUE_NAMES,
  type QueueName,
} from './job-types.js';
export {
  type FinishedJob,
  type JobContext,
  type JobProcessor,
  type JobRun,
  JobWorker,
  type JobWorkerOptions,
} from './job-worker.js';
export { LatestJobs } from './latest-jobs.js';
export { mountQueueBoard, QUEUE_BOARD_PATH } from './queue-board.js';
export { type QueueBackendSettings, type WakeBackend, wakeBackend } from './wake/wake-backend.js';
export { CHANGED, DRAFT, type WakeBus } from './wake/wake-bus.js';
