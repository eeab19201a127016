import type { Logger } from './logging.js';

/** Longest time given to one step before the next begins. */
const STEP_MS = 15_000;

/**
 * What has to be closed when the process ends, last opened first closed: stop taking work, finish turns, close pools,
 * stop the database. A step that hangs is given up after a while, one that throws does not stop the others.
 */
export class Shutdown {
  private readonly steps: { name: string; close: () => Promise<void> | void }[] = [];
  private running: Promise<void> | null = null;

  constructor(private readonly logger: Logger) {}

  add(name: string, close: () => Promise<void> | void): void {
    this.steps.push({ name, close });
  }

  /** Idempotent: several signals run it once. */
  run(): Promise<void> {
    this.running ??= this.closeAll();
    return this.running;
  }

  /** Runs on SIGINT and SIGTERM and ends the process; a second signal ends it at once. */
  onSignals(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (this.running) process.exit(130);
        this.logger.info({ signal }, 'stopping');
        this.run().then(
          () => process.exit(0),
          () => process.exit(1),
        );
      });
    }
  }

  private async closeAll(): Promise<void> {
    for (const step of this.steps.reverse()) {
      const timer = { handle: undefined as NodeJS.Timeout | undefined };
      const limit = new Promise<'late'>((resolve) => {
        timer.handle = setTimeout(() => resolve('late'), STEP_MS);
      });
      try {
        const outcome = await Promise.race([Promise.resolve(step.close()), limit]);
        if (outcome === 'late') this.logger.warn({ step: step.name }, 'gave up waiting');
      } catch (error) {
        this.logger.error({ step: step.name, err: error }, 'could not close');
      } finally {
        clearTimeout(timer.handle);
      }
    }
  }
}
