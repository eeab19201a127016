import 'reflect-metadata';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { AsInteger, AsList } from './text-value.js';
import { Variable } from './variable.js';

/** The queues a worker may serve. */
const WORKER_QUEUE_NAMES = ['calculator', 'analog-search', 'vision'] as const;

/** Variables of the processes that run jobs. */
export class WorkerEnvironment {
  @Variable({
    group: 'Workers',
    description: 'Queues this worker serves, separated by commas',
    allowed: `some of ${WORKER_QUEUE_NAMES.join(', ')}`,
    default: WORKER_QUEUE_NAMES.join(','),
  })
  @AsList()
  @IsIn(WORKER_QUEUE_NAMES, { each: true })
  WORKER_QUEUES: (typeof WORKER_QUEUE_NAMES)[number][] = [...WORKER_QUEUE_NAMES];

  @Variable({
    group: 'Workers',
    description: 'Jobs of one queue a worker process runs at once',
    allowed: '1 to 64',
    default: '2',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(64)
  WORKER_CONCURRENCY = 2;

  @Variable({
    group: 'Workers',
    description: 'Threads of a worker process that compute models and reports; analog search has one more',
    allowed: '1 to 32',
    default: '1',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(32)
  WORKER_THREADS = 1;

  @Variable({
    group: 'Workers',
    description: 'Memory limit of one computing thread, MiB; the lots of analog search are counted apart',
    allowed: '64 to 8192',
    default: '512',
  })
  @AsInteger()
  @IsInt()
  @Min(64)
  @Max(8_192)
  WORKER_THREAD_MEMORY_MB = 512;

  @Variable({
    group: 'Workers',
    description: 'Memory for answers that are given again to identical requests, MiB; 0 keeps none',
    allowed: '0 to 4096',
    default: '32',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(4_096)
  WORKER_CACHE_MB = 32;

  @Variable({
    group: 'Workers',
    description: 'Limit of one job; past it its thread is stopped and the job tried again',
    allowed: '1000 to 600000 ms',
    default: '60000',
  })
  @AsInteger()
  @IsInt()
  @Min(1_000)
  @Max(600_000)
  WORKER_JOB_TIMEOUT_MS = 60_000;

  @Variable({
    group: 'Workers',
    description: 'A worker silent for this long has died and another runs its jobs',
    allowed: '1000 to 600000 ms',
    default: '30000',
  })
  @AsInteger()
  @IsInt()
  @Min(1_000)
  @Max(600_000)
  WORKER_LOCK_MS = 30_000;
}
