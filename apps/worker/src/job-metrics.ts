import { Counter, Gauge, Histogram } from 'prom-client';
import type { Metrics } from '#libs/platform';
import type { JobName, JobProcessor } from '#libs/queues';
import type { CacheUse } from './cache/result-cache.js';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What a worker measures beside the duration of its jobs, which `Metrics` has. */
export class JobMetrics {
  readonly waitSeconds: Histogram<'name'>;
  readonly active: Gauge<'name'>;
  readonly cacheUses: Counter<'name' | 'use'>;
  readonly cacheBytes: Gauge;
  readonly threadQueue: Gauge;
  readonly snapshotLots: Gauge;
  readonly snapshotBytes: Gauge;

  constructor({ registry }: Pick<Metrics, 'registry'>) {
    const registers = [registry];
    this.waitSeconds = new Histogram({
      name: 'wewall_job_wait_seconds',
      help: 'from a job put into its queue to its start',
      labelNames: ['name'],
      buckets: SECONDS,
      registers,
    });
    this.active = new Gauge({ name: 'wewall_jobs_active', help: 'jobs being done', labelNames: ['name'], registers });
    this.cacheUses = new Counter({
      name: 'wewall_job_cache_total',
      help: 'answers from the cache (hit), shared with a request in hand (joined) and computed (miss)',
      labelNames: ['name', 'use'],
      registers,
    });
    this.cacheBytes = new Gauge({ name: 'wewall_job_cache_bytes', help: 'answers kept, bytes of JSON', registers });
    this.threadQueue = new Gauge({
      name: 'wewall_thread_queue',
      help: 'tasks no computing thread has begun',
      registers,
    });
    this.snapshotLots = new Gauge({ name: 'wewall_analog_lots', help: 'lots in analog search', registers });
    this.snapshotBytes = new Gauge({ name: 'wewall_analog_bytes', help: 'memory of analog search', registers });
  }

  countUse(name: JobName, use: CacheUse): void {
    this.cacheUses.inc({ name, use });
  }

  /** The processor with its runs counted while they last. */
  counted(name: JobName, processor: JobProcessor): JobProcessor {
    return async (payload, context) => {
      this.active.inc({ name });
      try {
        return await processor(payload, context);
      } finally {
        this.active.dec({ name });
      }
    };
  }
}
