import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
} from 'cockatiel';
import { CallFailure } from './call-failure.js';

/**
 * What keeps a model from answering: `breaker-open`: its endpoint is silent and not asked for a while; `failing`: it answers
 * and nothing of it could be used (a wrong key, refusals, wrong schemas); `budget`: the day's money is spent.
 */
export type ModelTrouble = 'breaker-open' | 'failing' | 'budget';

/** Attempts in a row without a usable answer that open the breaker (outages) or make an endpoint one that fails (all). */
const FAILURES_IN_A_ROW = 5;

/**
 * What is known of an endpoint from the attempts made. Its circuit breaker opens after five outages in a row, tries again after
 * 10 s, doubling to 5 min; `execute` then throws cockatiel's BrokenCircuitError.
 */
export class EndpointState {
  private readonly breaker: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((error) => error instanceof CallFailure && error.isOutage),
    {
      halfOpenAfter: new ExponentialBackoff({ initialDelay: 10_000, maxDelay: 300_000 }),
      breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
    },
  );
  private failuresInARow = 0;

  /** Makes an attempt unless the breaker is open; what is thrown should be a CallFailure. */
  execute<T>(attempt: () => Promise<T>): Promise<T> {
    return this.breaker.execute(async () => {
      try {
        const value = await attempt();
        this.failuresInARow = 0;
        return value;
      } catch (error) {
        // An answer that nobody waited for says nothing.
        if (!(error instanceof CallFailure && error.failure === 'cancelled')) this.failuresInARow += 1;
        throw error;
      }
    });
  }

  get trouble(): Exclude<ModelTrouble, 'budget'> | null {
    if (this.breaker.state === CircuitState.Open) return 'breaker-open';
    return this.failuresInARow >= FAILURES_IN_A_ROW ? 'failing' : null;
  }
}
