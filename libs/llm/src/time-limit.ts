/**
 * A limit of time, within another one if given: its signal is aborted when the time is over (reason `TimeoutError`) or when
 * the outer signal is (its reason). Held strongly until `end`: a signal composed by `AbortSignal.any` over
 * `AbortSignal.timeout` may be collected before it fires.
 */
export class TimeLimit {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly follow: () => void;

  constructor(
    ms: number,
    private readonly outer?: AbortSignal,
  ) {
    this.follow = () => this.controller.abort(outer?.reason);
    this.timer = setTimeout(() => this.controller.abort(new DOMException('the time is over', 'TimeoutError')), ms);
    this.timer.unref();
    if (outer?.aborted) this.follow();
    else outer?.addEventListener('abort', this.follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** What was limited is over; nothing is aborted any more. */
  end(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener('abort', this.follow);
  }

  /** Ends it and stops whoever still works under it. */
  abort(): void {
    this.end();
    this.controller.abort();
  }
}

/** Why nothing more is to be asked under this signal: its time is over, or nobody wants the answer any more. */
export function stopOf(signal: AbortSignal | undefined): 'out-of-time' | 'cancelled' | null {
  if (!signal?.aborted) return null;
  return signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError' ? 'out-of-time' : 'cancelled';
}
