import { setTimeout as pause } from 'node:timers/promises';
import { type Catalogue, valueByCoefficients } from '#libs/estates';
import { estatesValuation, quarterLabel, quarterOf } from '#libs/finance';
import type { OpenedPlatform } from '#libs/platform';
import { JOB_QUEUES, type JobProcessor, type QueueName } from '#libs/queues';
import { AnalogEngine } from './analogs/analog-engine.js';
import { cachedProcessor } from './cache/cached-processor.js';
import { ResultCache } from './cache/result-cache.js';
import { CurrentCoefficients } from './coefficients/current-coefficients.js';
import type { JobMetrics } from './job-metrics.js';
import { analogProcessor } from './processors/analog.processor.js';
import { financeModelProcessor } from './processors/finance-model.processor.js';
import { searchProcessor } from './processors/search.processor.js';
import type { FinanceAnswer, FinanceTask } from './reports/finance-task.js';
import { ThreadPool } from './threads/thread-pool.js';

/** Jobs whose answer follows from figures and the catalogue. */
const COMPUTED_JOBS = ['search', 'analogs', 'valuation', 'finance-model'] as const;
type ComputedJob = (typeof COMPUTED_JOBS)[number];

/** A catalogue of a million buildings is read for minutes: models, which need none of its lots, are not held up for so long. */
const WARM_LIMIT_MS = 20_000;

export interface OpenedProcessors {
  processors: Partial<Record<ComputedJob, JobProcessor>>;
  /** Settled when the threads have loaded their code and the lots of the catalogue, or after 20 s; rejected when they could not. */
  warm: Promise<void>;
}

/**
 * What computes the jobs of the served queues; JobWorker refuses to start when one lacks a processor. Opens the threads that
 * compute; they are closed with the process.
 */
export async function openProcessors(
  platform: OpenedPlatform,
  catalogue: Catalogue,
  queues: readonly QueueName[],
  jobMetrics: JobMetrics,
): Promise<OpenedProcessors> {
  const serves = (name: ComputedJob) => queues.includes(JOB_QUEUES[name]);
  if (!COMPUTED_JOBS.some(serves)) return { processors: {}, warm: Promise.resolve() };
  const { files, clock, config, logger, metrics, shutdown } = platform;
  const coefficients = await CurrentCoefficients.open(catalogue, logger);
  const engine = new AnalogEngine(platform);
  shutdown.add('analog search', () => engine.close());
  const threads = new ThreadPool<FinanceTask, FinanceAnswer>({
    entry: 'apps/worker/src/reports/finance-thread',
    threads: config.queues.threads,
    warm: serves('finance-model'),
    memoryMb: config.queues.threadMemoryMb,
    onError: (error) => logger.error({ err: error }, 'a computing thread ended'),
  });
  shutdown.add('computing threads', () => threads.close());

  const snapshotVersion = () => (engine.version === null ? null : `${engine.version}/${coefficients.version}`);
  // Without a deal quarter a model begins in the current one: tomorrow's answer may be another.
  const financeVersion = () => `${coefficients.version}/${quarterLabel(quarterOf(clock.date()))}`;
  const computed: Record<ComputedJob, { processor: JobProcessor; version: () => string | null }> = {
    search: { processor: searchProcessor(catalogue), version: snapshotVersion },
    analogs: { processor: analogProcessor(engine, 'analogs'), version: snapshotVersion },
    valuation: { processor: analogProcessor(engine, 'valuation'), version: snapshotVersion },
    'finance-model': {
      processor: financeModelProcessor({
        files,
        now: () => clock.date(),
        valuation: () => {
          const { tables } = coefficients;
          return estatesValuation(tables.stations, (subject) => valueByCoefficients(tables, subject));
        },
        compute: (task, signal) => threads.run(task, signal),
      }),
      version: financeVersion,
    },
  };
  const caches = new Map<ComputedJob, ResultCache>();
  const processors: Partial<Record<ComputedJob, JobProcessor>> = {};
  for (const name of COMPUTED_JOBS.filter(serves)) {
    const cache = new ResultCache(config.queues.cacheMb / COMPUTED_JOBS.length, (use) =>
      jobMetrics.countUse(name, use),
    );
    caches.set(name, cache);
    const { processor, version } = computed[name];
    processors[name] = jobMetrics.counted(name, cachedProcessor(cache, name, version, processor));
  }
  metrics.addCollector(() => {
    jobMetrics.cacheBytes.set([...caches.values()].reduce((sum, { size }) => sum + size, 0));
    jobMetrics.threadQueue.set(threads.waiting);
    jobMetrics.snapshotLots.set(engine.size.lots);
    jobMetrics.snapshotBytes.set(engine.size.bytes);
  });
  const loaded = Promise.all([engine.ready(), serves('finance-model') ? threads.ready() : null]).then(() => {});
  const limit = pause(WARM_LIMIT_MS, undefined, { ref: false });
  return { processors, warm: Promise.race([loaded, limit]) };
}
