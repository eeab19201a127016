import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { EstatesError } from '../errors.js';
import type { MongoCollections } from './connection.js';

const LEASE_MS = 60_000;
const RENEW_MS = 15_000;
const RETRY_MS = 500;
const WAIT_MS = 15 * 60_000;
const DUPLICATE_KEY = 11_000;
const LEASE = 'import';

/** Makes an import the only one: a document with an owner and an end, prolonged while the import runs. */
export class ImportLease {
  private readonly owner = randomUUID();
  private timer: NodeJS.Timeout | undefined;
  private lost = false;

  private constructor(private readonly state: MongoCollections['catalogue_state']) {}

  /** Waits for another import to end. Throws `STORE_NOT_AVAILABLE` when it does not for a quarter of an hour. */
  static async take(state: MongoCollections['catalogue_state'], waitMs = WAIT_MS): Promise<ImportLease> {
    const lease = new ImportLease(state);
    const deadline = Date.now() + waitMs;
    while (!(await lease.claim())) {
      if (Date.now() > deadline) {
        throw new EstatesError('STORE_NOT_AVAILABLE', 'another import into the MongoDB catalogue is still running');
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    lease.timer = setInterval(() => void lease.renew(), RENEW_MS);
    lease.timer.unref();
    return lease;
  }

  /** Throws when the lease went to somebody else: what is being written may no longer be. */
  check(): void {
    if (this.lost) throw new EstatesError('STORE_NOT_AVAILABLE', 'the import was overtaken by another one');
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.state.deleteOne({ _id: LEASE, owner: this.owner });
  }

  private async claim(): Promise<boolean> {
    const now = new Date();
    try {
      const { modifiedCount, upsertedCount } = await this.state.updateOne(
        { _id: LEASE, until: { $lt: now } },
        { $set: { owner: this.owner, until: new Date(now.getTime() + LEASE_MS) } },
        { upsert: true },
      );
      return modifiedCount + upsertedCount === 1;
    } catch (error) {
      // Somebody's lease is in force: the upsert meets its document.
      if (error instanceof mongoose.mongo.MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }

  private async renew(): Promise<void> {
    const until = new Date(Date.now() + LEASE_MS);
    const renewed = await this.state
      .updateOne({ _id: LEASE, owner: this.owner }, { $set: { until } })
      .catch(() => null);
    // A server that is away for a moment does not take the lease; another owner does.
    if (renewed?.matchedCount === 0) this.lost = true;
  }
}
