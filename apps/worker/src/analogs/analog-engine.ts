import path from 'node:path';
import type { JsonValue } from '#libs/chats';
import { readAdjustments } from '#libs/estates';
import type { OpenedPlatform } from '#libs/platform';
import { estatesRefusal } from '../processors/estates-refusal.js';
import { ThreadPool } from '../threads/thread-pool.js';
import { type AnalogAnswer, type AnalogTask, type AnalogThreadData, isSnapshotNews } from './analog-task.js';

/** Searches a thread works on at once: they wait for the catalogue between their parts. */
const SEARCHES_AT_ONCE = 16;

/**
 * Analog search of this process: one thread with the lots of the whole catalogue. A second thread would hold a second copy
 * and, on memory-bound searches, gain nothing measurable; more throughput is more worker processes.
 */
export class AnalogEngine {
  private readonly threads: ThreadPool<AnalogTask, AnalogAnswer>;
  private snapshot: { version: string; lots: number; bytes: number } | null = null;

  /** Throws `INVALID_ADJUSTMENTS` when the owner's `adjustments.json` of the data folder cannot be used. */
  constructor({ databaseUrl, config, logger }: Pick<OpenedPlatform, 'databaseUrl' | 'config' | 'logger'>) {
    const data: AnalogThreadData = {
      databaseUrl,
      catalogue: { ...config.catalogue },
      logLevel: config.logLevel,
      adjustments: readAdjustments(path.join(config.dataDir, 'adjustments.json')),
    };
    this.threads = new ThreadPool({
      entry: 'apps/worker/src/analogs/analog-thread',
      threads: 1,
      tasksPerThread: SEARCHES_AT_ONCE,
      background: true,
      data,
      onMessage: (message) => {
        if (isSnapshotNews(message)) this.snapshot = message.snapshot;
      },
      onError: (error) => logger.error({ err: error }, 'the thread of analog search ended'),
    });
  }

  /** Version of the lots in use; null until they are read. */
  get version(): string | null {
    return this.snapshot?.version ?? null;
  }

  get size(): { lots: number; bytes: number } {
    return this.snapshot ?? { lots: 0, bytes: 0 };
  }

  /** Resolves when the lots are read; rejects when they could not be. */
  ready(): Promise<void> {
    return this.threads.ready();
  }

  /** Throws JobRefusal for input that cannot be searched for. */
  async run(name: AnalogTask['name'], payload: JsonValue, signal: AbortSignal): Promise<JsonValue> {
    const answer = await this.threads.run({ name, payload }, signal);
    if ('refused' in answer) throw estatesRefusal(answer.refused);
    return answer.result;
  }

  close(): Promise<void> {
    return this.threads.close();
  }
}
