import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
} from 'cockatiel';
import { CallFailure } from './call-failure.js';

/** Opens after five outages in a row, tries again after 10 s, doubling to 5 min. */
export function endpointBreaker(): CircuitBreakerPolicy {
  return circuitBreaker(
    handleWhen((error) => error instanceof CallFailure && error.isOutage),
    {
      halfOpenAfter: new ExponentialBackoff({ initialDelay: 10_000, maxDelay: 300_000 }),
      breaker: new ConsecutiveBreaker(5),
    },
  );
}

/** Whether calls are let through; false while the breaker waits. */
export function isPassing(breaker: CircuitBreakerPolicy): boolean {
  return breaker.state !== CircuitState.Open;
}
