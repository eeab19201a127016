import { PostgresWakeBus } from './postgres-wake-bus.js';
import { RedisWakeBus } from './redis-wake-bus.js';
import type { WakeBus } from './wake-bus.js';

/** Where queues live: Redis when it is configured, else the same PostgreSQL as everything else. */
export type QueueBackendSettings = { redisUrl: string } | { databaseUrl: string };

/** What makes buses of wake-ups: all that a process without queues needs of their server. */
export interface WakeBackend {
  /** Wake-ups between processes on the same server; the caller closes it. */
  wakeBus(onError?: (error: Error) => void): WakeBus;
}

/** Wake-ups alone: BullMQ is not loaded and nothing is connected before a bus is made. */
export function wakeBackend(settings: QueueBackendSettings): WakeBackend {
  return {
    wakeBus: (onError = () => {}) =>
      'redisUrl' in settings
        ? new RedisWakeBus(settings.redisUrl, onError)
        : new PostgresWakeBus(settings.databaseUrl, onError),
  };
}
