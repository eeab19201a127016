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
  /** What can be done here by subject (`vision`: `classify`, `ocr` …); the process is ready all the same. */
  capabilities?: Record<string, Capabilities>;
}

/** Whether each thing can be done here: a model or a tool may not be installed. */
export type Capabilities = Record<string, 'available' | 'unavailable'>;

/** A probe that has not answered by then counts as failed. */
const CHECK_MS = 2_000;

/** Really asks every registered indicator, at the same time, each with a limit. */
export class HealthRegistry {
  private readonly indicators = new Map<string, HealthIndicator>();

  private readonly capabilities = new Map<string, () => Capabilities>();

  register(indicator: HealthIndicator): void {
    this.indicators.set(indicator.name, indicator);
  }

  /** Has the report tell what can be done of a subject; never makes the process unready. */
  registerCapabilities(subject: string, list: () => Capabilities): void {
    this.capabilities.set(subject, list);
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
      ...(this.capabilities.size > 0 && {
        capabilities: Object.fromEntries([...this.capabilities].map(([subject, list]) => [subject, list()])),
      }),
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
