import type pg from 'pg';
import type { StageName } from './stages.js';

/** What is known of the connected amoCRM account: found and made by `setUpAccount`, read by every process. */
export interface CrmAccount {
  scopeId: string;
  /** Id of the account in the chat service. */
  amojoId: string;
  pipelineId: number;
  /** Stage of ours → status of the pipeline. */
  statuses: Record<StageName, number>;
  /** Order of every status of the pipeline: status id → sort. */
  sort: Record<string, number>;
  /** Code of a custom field of ours → its id. */
  fields: Record<string, number>;
  sourceExternalId: string;
  users: CrmUser[];
}

export interface CrmUser {
  id: number;
  name: string;
  /** Id in the chat service: the author of a manager's messages. */
  amojoId: string;
}

/** How long one process trusts what it has read, ms. */
const FRESH_MS = 30_000;

/** Reads and keeps the account in the database; one row. */
export class CrmAccountStore {
  #cached: { account: CrmAccount; readAt: number } | null = null;

  constructor(private readonly pool: pg.Pool) {}

  /** Null until `npm run amocrm:setup` has run. */
  async load(): Promise<CrmAccount | null> {
    if (this.#cached && Date.now() - this.#cached.readAt < FRESH_MS) return this.#cached.account;
    const { rows } = await this.pool.query<{ value: CrmAccount }>(
      `select value from crm_settings where key = 'account'`,
    );
    const account = rows[0]?.value ?? null;
    this.#cached = account && { account, readAt: Date.now() };
    return account;
  }

  async save(account: CrmAccount): Promise<void> {
    await this.pool.query(
      `insert into crm_settings (key, value) values ('account', $1)
       on conflict (key) do update set value = excluded.value, updated_at = now()`,
      [JSON.stringify(account)],
    );
    this.#cached = { account, readAt: Date.now() };
  }
}
