import type mongoose from 'mongoose';
import type { Logger } from '#libs/platform';
import type { MongoCollections } from './connection.js';
import type { EstateRecord } from './schemas.js';

/** Edits may be stamped by another clock, or a while before they are saved. */
const OVERLAP_MS = 30_000;
/** Changed ids kept between two questions; a stream that outruns them is opened anew and `updatedAt` is relied on. */
const MAX_PENDING = 100_000;

/**
 * Edits of buildings made past the importer (by hand, by another program): those whose `updatedAt` is newer than the last
 * question, and, where the server has change streams, every building written, whatever its `updatedAt` says.
 */
export class EstateEdits {
  /** What was told lately, so that the overlap does not tell it again: id → what was told. */
  private readonly told = new Map<string, string>();
  private stream: mongoose.mongo.ChangeStream<EstateRecord> | null = null;
  private streamable = true;
  private readonly pending = new Set<string>();

  constructor(
    private readonly estates: MongoCollections['estates'],
    private readonly logger: Pick<Logger, 'info' | 'warn'>,
  ) {}

  /** Begins to listen, once; without change streams it says so in the log and goes on with `updatedAt`. */
  async listen(): Promise<void> {
    if (this.stream || !this.streamable) return;
    const stream = this.estates.watch<EstateRecord>([], { maxAwaitTimeMS: 1_000 });
    this.stream = stream;
    let opened = false;
    stream.on('resumeTokenChanged', () => {
      opened = true;
    });
    stream.on('change', (change) => {
      if ('documentKey' in change) this.pending.add(change.documentKey._id);
      if (this.pending.size > MAX_PENDING) void this.dropStream();
    });
    stream.on('error', (error: Error & { code?: unknown }) => {
      if (!opened) {
        // A single server, or one that only speaks the protocol: each refuses in words of its own.
        this.streamable = false;
        this.logger.info({ code: error.code }, 'no change stream of the catalogue: edits are found by updatedAt');
      } else {
        this.logger.warn({ err: error }, 'the change stream of the catalogue broke; it is opened again');
      }
      void this.dropStream();
    });
  }

  /** Marks records as told, so that their own `updatedAt` does not tell them again. */
  remember(records: readonly EstateRecord[]): void {
    for (const record of records) this.told.set(record._id, stamp(record));
  }

  /** Edited buildings, at most `limit`; `more` when there are others. */
  async since(moment: Date, limit: number): Promise<{ records: EstateRecord[]; more: boolean }> {
    await this.listen();
    const found = new Map<string, EstateRecord>();
    const streamed = [...this.pending].slice(0, limit);
    if (streamed.length > 0) {
      for await (const record of this.estates.find({ _id: { $in: streamed } })) found.set(record._id, record);
      for (const id of streamed) this.pending.delete(id);
    }
    const edited = this.estates.find({ updatedAt: { $gte: moment } }).sort({ updatedAt: 1, _id: 1 });
    for await (const record of edited) {
      if (this.told.get(record._id) === stamp(record)) continue;
      if (found.size >= limit) break;
      found.set(record._id, record);
    }
    // What the stream brings is told even when nothing of its stamp moved; an import is then told twice, which changes no answer.
    const records = [...found.values()];
    this.remember(records);
    return { records, more: found.size >= limit || this.pending.size > 0 };
  }

  /** From when to look next time; forgets what is older. */
  next(moment: Date, now: Date): Date {
    const from = new Date(Math.max(moment.getTime(), now.getTime() - OVERLAP_MS));
    for (const [id, told] of this.told) if (Number(told.split('/')[0]) < from.getTime()) this.told.delete(id);
    return from;
  }

  async close(): Promise<void> {
    this.streamable = false;
    await this.dropStream();
  }

  private async dropStream(): Promise<void> {
    const { stream } = this;
    this.stream = null;
    await stream?.close().catch(() => {});
  }
}

/** An edit moves `updatedAt`, an import the revision. */
const stamp = (record: EstateRecord) => `${record.updatedAt.getTime()}/${record.revision ?? 'by hand'}`;
