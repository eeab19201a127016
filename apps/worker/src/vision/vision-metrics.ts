import { Counter, Gauge, Histogram } from 'prom-client';
import type { Metrics } from '#libs/platform';
import type { RunnerEvent, RunnerState, StepResult } from '#libs/vision';

const STEP_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/** What a worker measures of the pictures it looks at. */
export class VisionMetrics {
  private readonly stepSeconds: Histogram<'step' | 'status'>;
  private readonly cacheUses: Counter<'step' | 'use'>;
  private readonly skipped: Counter<'step' | 'reason'>;
  private readonly failed: Counter<'step' | 'code'>;
  private readonly modelEvents: Counter<'model' | 'event'>;
  private readonly runSeconds: Histogram<'model'>;
  private readonly modelBytes: Gauge;
  private readonly hostBytes: Gauge;
  private readonly waiting: Gauge;
  private readonly photos: Gauge;
  private readonly capability: Gauge<'capability'>;

  constructor({ registry }: Pick<Metrics, 'registry'>) {
    const registers = [registry];
    this.stepSeconds = new Histogram({
      name: 'wewall_vision_step_seconds',
      help: 'duration of a step that ran',
      labelNames: ['step', 'status'],
      buckets: STEP_SECONDS,
      registers,
    });
    this.cacheUses = new Counter({
      name: 'wewall_vision_cache_total',
      help: 'steps whose result was kept (hit) or computed (miss)',
      labelNames: ['step', 'use'],
      registers,
    });
    this.skipped = new Counter({
      name: 'wewall_vision_skipped_total',
      help: 'steps that were not run, by reason',
      labelNames: ['step', 'reason'],
      registers,
    });
    this.failed = new Counter({
      name: 'wewall_vision_failed_total',
      help: 'steps that broke, by code',
      labelNames: ['step', 'code'],
      registers,
    });
    this.modelEvents = new Counter({
      name: 'wewall_vision_model_events_total',
      help: 'models loaded, released and lost',
      labelNames: ['model', 'event'],
      registers,
    });
    this.runSeconds = new Histogram({
      name: 'wewall_vision_model_run_seconds',
      help: 'one run of a network',
      labelNames: ['model'],
      buckets: STEP_SECONDS,
      registers,
    });
    const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
    this.modelBytes = gauge('wewall_vision_model_bytes', 'model files held in memory');
    this.hostBytes = gauge('wewall_vision_host_bytes', 'resident memory of what runs the networks, as last told');
    this.waiting = gauge('wewall_vision_waiting_runs', 'runs of networks that wait');
    this.photos = gauge('wewall_vision_catalogue_photos', 'photos of the catalogue known by their looks');
    this.capability = new Gauge({
      name: 'wewall_vision_capability',
      help: '1 when this can be done here, 0 when a model or a tool is missing',
      labelNames: ['capability'],
      registers,
    });
  }

  /** A step has ended. */
  step(result: StepResult<unknown>): void {
    const { step, ms, cached, status } = result;
    if (status === 'skipped') {
      this.skipped.inc({ step, reason: result.reason });
      return;
    }
    this.cacheUses.inc({ step, use: cached ? 'hit' : 'miss' });
    if (!cached) this.stepSeconds.observe({ step, status }, ms / 1_000);
    if (status === 'failed') this.failed.inc({ step, code: result.code });
  }

  /** A runner of networks did something. */
  runner(event: RunnerEvent): void {
    // The version changes with every file: the id alone keeps the number of series bounded.
    const model = event.model.split('@')[0] ?? event.model;
    if (event.kind === 'run') this.runSeconds.observe({ model }, event.ms / 1_000);
    else if (event.kind === 'released') this.modelEvents.inc({ model, event: `released-${event.reason}` });
    else if (event.kind === 'host-lost') this.modelEvents.inc({ model, event: `lost-${event.cause}` });
    else this.modelEvents.inc({ model, event: event.kind });
  }

  /** Called at every scrape. */
  sample(parts: { runner?: RunnerState; photos: number; capabilities: Record<string, string> }): void {
    const { runner, photos, capabilities } = parts;
    this.photos.set(photos);
    for (const [capability, state] of Object.entries(capabilities)) {
      this.capability.set({ capability }, state === 'available' ? 1 : 0);
    }
    if (!runner) return;
    this.modelBytes.set(runner.modelBytes);
    this.waiting.set(runner.waiting);
    this.hostBytes.set(runner.hosts.reduce((sum, { rssBytes }) => sum + rssBytes, 0));
  }
}
