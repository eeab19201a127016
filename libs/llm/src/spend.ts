import type pg from 'pg';
import type { LlmUsage } from './outcome.js';

/** Counts what the model cost today, over all processes that share the ledger. */
export interface SpendLedger {
  /** Kopecks spent on the Moscow day of `at`. */
  spentToday(at: Date): Promise<number>;
  add(at: Date, usage: LlmUsage): Promise<void>;
}

/** The calendar day in Moscow, `YYYY-MM-DD`. */
export function moscowDay(at: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Moscow' }).format(at);
}

/** For one process without a database: evals, demos, tests. */
export class MemorySpendLedger implements SpendLedger {
  private readonly days = new Map<string, number>();

  async spentToday(at: Date): Promise<number> {
    return this.days.get(moscowDay(at)) ?? 0;
  }

  async add(at: Date, usage: LlmUsage): Promise<void> {
    const day = moscowDay(at);
    this.days.set(day, (this.days.get(day) ?? 0) + usage.kopecks);
  }
}

/** One row a day in Postgres; processes see each other's spending. */
export class PostgresSpendLedger implements SpendLedger {
  constructor(private readonly pool: pg.Pool) {}

  async spentToday(at: Date): Promise<number> {
    const { rows } = await this.pool.query<{ kopecks: string }>('select kopecks from llm_spend where day = $1', [
      moscowDay(at),
    ]);
    return Number(rows[0]?.kopecks ?? 0);
  }

  async add(at: Date, usage: LlmUsage): Promise<void> {
    await this.pool.query(
      `insert into llm_spend (day, kopecks, input_tokens, output_tokens, calls) values ($1, $2, $3, $4, 1)
       on conflict (day) do update set kopecks = llm_spend.kopecks + excluded.kopecks,
         input_tokens = llm_spend.input_tokens + excluded.input_tokens,
         output_tokens = llm_spend.output_tokens + excluded.output_tokens, calls = llm_spend.calls + 1`,
      [moscowDay(at), usage.kopecks, usage.inputTokens, usage.outputTokens],
    );
  }
}
