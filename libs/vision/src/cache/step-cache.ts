import { createHash } from 'node:crypto';
import type { StepStore } from '../ports.js';

/** Everything a step's value depends on. */
export interface CacheSubject {
  /** Of the picture's bytes, hex. */
  sha256: string;
  step: string;
  /** What computes it: another version, another key. */
  model: string;
  /** Settings of the step; their order does not matter. */
  params?: Readonly<Record<string, unknown>>;
}

/** `sha256 of the bytes : step : model : first 12 hex digits of the sha256 of the settings`. */
export function cacheKey({ sha256, step, model, params = {} }: CacheSubject): string {
  const canonical = JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${sha256}:${step}:${model}:${createHash('sha256').update(canonical).digest('hex').slice(0, 12)}`;
}

interface Kept {
  text: string;
  keptAt: number;
}

export interface StepCacheOptions {
  /** Memory for values, bytes of their JSON; 16 MiB by default. */
  memoryBytes?: number;
  /** Where values outlive the process. */
  store?: StepStore;
  /** How long a value counts, milliseconds; 30 days by default. */
  maxAgeMs?: number;
  /** A store that fails costs speed, never the analysis. */
  onStoreError?: (error: unknown) => void;
  now?: () => number;
}

const DEFAULT_MEMORY = 16 * 1024 * 1024;
const DEFAULT_AGE_MS = 30 * 86_400_000;

/**
 * Values of steps: first in memory, the least recently used dropped first, then in the store. The same value wanted several times
 * at once is computed once. Failures are not kept.
 */
export class StepCache {
  private readonly kept = new Map<string, Kept>();
  private readonly flights = new Map<
    string,
    { answer: Promise<{ value: unknown; cached: boolean }>; signal: AbortSignal }
  >();
  private bytes = 0;

  constructor(private readonly options: StepCacheOptions = {}) {}

  /** Size of what is in memory, bytes. */
  get size(): number {
    return this.bytes;
  }

  /**
   * The value of the key, computed when there is none. Who joins a computation that is aborted by the one who began it begins
   * his own.
   */
  async through(
    key: string,
    compute: () => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<{ value: unknown; cached: boolean }> {
    for (;;) {
      const flight = this.flights.get(key);
      if (!flight) break;
      try {
        return { value: (await flight.answer).value, cached: true };
      } catch (error) {
        if (!flight.signal.aborted) throw error;
        signal.throwIfAborted();
      }
    }
    const answer = this.findOrCompute(key, compute);
    this.flights.set(key, { answer, signal });
    try {
      return await answer;
    } finally {
      this.flights.delete(key);
    }
  }

  private async findOrCompute(key: string, compute: () => Promise<unknown>) {
    const known = this.remembered(key);
    if (known !== undefined) return { value: JSON.parse(known) as unknown, cached: true };
    const stored = await this.fromStore(key);
    if (stored !== undefined) {
      this.remember(key, JSON.stringify(stored));
      return { value: stored, cached: true };
    }
    const value = await compute();
    this.remember(key, JSON.stringify(value));
    await this.options.store?.set(key, value).catch((error: unknown) => this.options.onStoreError?.(error));
    return { value, cached: false };
  }

  private async fromStore(key: string): Promise<unknown> {
    try {
      return await this.options.store?.get(key);
    } catch (error) {
      this.options.onStoreError?.(error);
      return undefined;
    }
  }

  private remembered(key: string): string | undefined {
    const known = this.kept.get(key);
    if (!known) return undefined;
    this.drop(key);
    if (this.now() - known.keptAt > (this.options.maxAgeMs ?? DEFAULT_AGE_MS)) return undefined;
    this.put(key, known);
    return known.text;
  }

  private remember(key: string, text: string): void {
    this.drop(key);
    const limit = this.options.memoryBytes ?? DEFAULT_MEMORY;
    if (sizeOf(key, text) > limit) return;
    this.put(key, { text, keptAt: this.now() });
    for (const oldest of this.kept.keys()) {
      if (this.bytes <= limit) break;
      this.drop(oldest);
    }
  }

  private put(key: string, kept: Kept): void {
    this.kept.set(key, kept);
    this.bytes += sizeOf(key, kept.text);
  }

  private drop(key: string): void {
    const known = this.kept.get(key);
    if (!known) return;
    this.kept.delete(key);
    this.bytes -= sizeOf(key, known.text);
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

/** Bytes of two strings in memory, at two a character. */
const sizeOf = (key: string, text: string) => 2 * (key.length + text.length);
