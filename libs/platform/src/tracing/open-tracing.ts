import type { Config } from '../config/config.js';
import type { Shutdown } from '../shutdown.js';
import { noTracing, type Tracing } from './tracing.js';

/** Tracing as configured; the SDK is loaded only when it is on, so a process without it starts as fast as before. */
export async function openTracing(config: Config['tracing'], app: string, shutdown: Shutdown): Promise<Tracing> {
  if (!config.enabled) return noTracing;
  const { OtlpTracing } = await import('./otlp-tracing.js');
  const tracing = new OtlpTracing(app, config);
  shutdown.add('traces', () => tracing.close());
  return tracing;
}
