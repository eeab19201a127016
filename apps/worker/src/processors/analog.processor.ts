import type { JobProcessor } from '#libs/queues';
import type { AnalogEngine } from '../analogs/analog-engine.js';

/** Analogs, and valuations (by coefficients and by analogs): the thread that holds the lots does both. */
export function analogProcessor(engine: Pick<AnalogEngine, 'run'>, name: 'analogs' | 'valuation'): JobProcessor {
  return (payload, { signal }) => engine.run(name, payload, signal);
}
