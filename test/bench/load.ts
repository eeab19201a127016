/** Latencies in ms of operations run by `concurrency` workers, and the rate over the whole stretch. */
export interface Load {
  p50: number;
  p95: number;
  perSecond: number;
  /** CPU time of this process per operation, ms, user and system, with its collector: hardly moved by what else the machine does. */
  cpu: number;
  n: number;
}

/** The value below which the share `q` of the numbers lies. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** Runs `total` operations by `concurrency` workers; an operation returns its own latency or undefined to be timed from outside. */
export async function measureLoad(
  options: { concurrency: number; total: number },
  operation: (worker: number, index: number) => Promise<number | undefined>,
): Promise<Load> {
  const latencies: number[] = [];
  let next = 0;
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: options.concurrency }, async (_, worker) => {
      while (next < options.total) {
        const index = next;
        next += 1;
        const begun = performance.now();
        const own = await operation(worker, index);
        latencies.push(own ?? performance.now() - begun);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    perSecond: latencies.length / seconds,
    cpu: (user + system) / 1_000 / latencies.length,
    n: latencies.length,
  };
}

/** The median round by rate: one slow round on a shared machine does not decide. */
export function medianLoad(rounds: readonly Load[]): Load {
  const sorted = [...rounds].sort((a, b) => a.perSecond - b.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (!middle) throw new Error('no rounds were measured');
  return middle;
}
