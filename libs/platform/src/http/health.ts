/** One thing the process needs to do its work; `check` throws when it does not have it. */
export interface HealthIndicator {
  name: string;
  check(): Promise<void>;
  /** True: reported, but the process stays ready without it. */
  optional?: boolean;
}

export interface HealthReport {
  status: 'ok' | 'unavailable';
  checks: Record<string, 'ok' | 'unavailable' | 'degraded'>;
}

/** A probe that has not answered by then counts as failed. */
const CHECK_MS = 2_000;

/** Really asks every registered indicator, at the same time, each with a limit. */
export class HealthRegistry {
  private readonly indicators = new Map<string, HealthIndicator>();

  register(indicator: HealthIndicator): void {
    this.indicators.set(indicator.name, indicator);
  }

  async report(): Promise<HealthReport> {
    const entries = await Promise.all(
      [...this.indicators.values()].map(async (indicator) => {
        const healthy = await withLimit(indicator.check()).then(
          () => true,
          () => false,
        );
        const state = healthy ? 'ok' : indicator.optional ? 'degraded' : 'unavailable';
        return [indicator.name, state] as const;
      }),
    );
    return {
      status: entries.some(([, state]) => state === 'unavailable') ? 'unavailable' : 'ok',
      checks: Object.fromEntries(entries),
    };
  }
}

async function withLimit(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_MS);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
