import type pg from 'pg';

/** A named SQL text: PostgreSQL parses and plans it once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The part of `pg.Pool` this lib needs. */
export type Queryable = Pick<pg.Pool, 'query'>;

/** Runs named prepared statements and counts them by name: the count is how "two queries a turn" is proved. */
export class Statements {
  readonly #counts = new Map<string, number>();

  constructor(private readonly database: Queryable) {}

  /** Runs the statement and returns its rows. Database errors pass through unchanged. */
  async run<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    this.#counts.set(statement.name, (this.#counts.get(statement.name) ?? 0) + 1);
    const result = await this.database.query<Row>({ name: statement.name, text: statement.text, values: [...values] });
    return result.rows;
  }

  /** How often each statement ran since the start or the last `resetCounts`. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  resetCounts(): void {
    this.#counts.clear();
  }
}
