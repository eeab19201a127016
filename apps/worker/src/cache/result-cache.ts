import type { JsonValue } from '#libs/chats';

/** How a request was answered: from what is kept, together with an identical one in hand, or by computing. */
export type CacheUse = 'hit' | 'joined' | 'miss';

interface Kept {
  value: JsonValue;
  bytes: number;
  keptAt: number;
}

/** Answers may name stored files, which are not kept for ever. */
const MAX_AGE_MS = 3_600_000;
const BYTES_PER_MB = 1_048_576;

/**
 * Answers of jobs by key, the least recently used dropped first when the memory is used up. Identical requests at the same
 * time are computed once. Failures are not kept.
 */
export class ResultCache {
  private readonly kept = new Map<string, Kept>();
  private readonly flights = new Map<string, Promise<JsonValue>>();
  private bytes = 0;

  constructor(
    private readonly limitMb: number,
    private readonly observe: (use: CacheUse) => void = () => {},
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @param key everything the answer depends on
   * @param stillTrue asked when the answer is there: false means that what it was computed from has changed meanwhile
   */
  async answer(
    key: string,
    compute: () => Promise<JsonValue>,
    stillTrue: () => boolean = () => true,
  ): Promise<JsonValue> {
    const known = this.kept.get(key);
    if (known && this.now() - known.keptAt < MAX_AGE_MS) {
      this.kept.delete(key);
      this.kept.set(key, known);
      this.observe('hit');
      return known.value;
    }
    const flight = this.flights.get(key);
    if (flight) {
      this.observe('joined');
      return flight;
    }
    this.observe('miss');
    const begun = compute().then((value) => {
      if (stillTrue()) this.keep(key, value);
      return value;
    });
    this.flights.set(key, begun);
    try {
      return await begun;
    } finally {
      this.flights.delete(key);
    }
  }

  /** Size of what is kept, bytes of JSON. */
  get size(): number {
    return this.bytes;
  }

  private keep(key: string, value: JsonValue): void {
    this.drop(key);
    const bytes = Buffer.byteLength(JSON.stringify(value));
    const limit = this.limitMb * BYTES_PER_MB;
    if (bytes > limit) return;
    this.kept.set(key, { value, bytes, keptAt: this.now() });
    this.bytes += bytes;
    for (const oldest of this.kept.keys()) {
      if (this.bytes <= limit) break;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.bytes -= this.kept.get(key)?.bytes ?? 0;
    this.kept.delete(key);
  }
}
