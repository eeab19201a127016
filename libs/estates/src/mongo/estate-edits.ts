import mongoose from 'mongoose';
import type { Logger } from '#libs/platform';
import type { MongoCollections } from './connection.js';
import type { EstateRecord } from './schemas.js';

/** Edits may be stamped by another clock, or a while before they are saved. */
const OVERLAP_MS = 30_000;
/** Changed ids kept between two questions; a stream that outruns them is closed, and opened again where it was. */
const MAX_PENDING = 100_000;
/** A change stream is waited for so long before a position is given out without it. */
const OPENING_MS = 5_000;
const HISTORY_LOST = new Set<unknown>([286, 280, 260]);

/**
 * Writes of buildings that no import did: those of imports are told by revision, and would be told a second time, all of them. An
 * import inserts with a revision, replaces with a negated one, and then sets the revision alone.
 */
const PAST_THE_IMPORTER = [
  {
    $match: {
      operationType: { $in: ['insert', 'replace', 'update'] },
      $nor: [
        { operationType: 'insert', 'fullDocument.revision': { $exists: true } },
        { 'fullDocument.revision': { $lt: 0 } },
        { 'updateDescription.updatedFields.revision': { $exists: true } },
      ],
    },
  },
  { $project: { operationType: 1, documentKey: 1 } },
];

type EstateStream = mongoose.mongo.ChangeStream<EstateRecord>;

/**
 * Edits of buildings made past the importer (by hand, by another program): those whose `updatedAt` is newer than the last
 * question, and, where the server has change streams, every building written, whatever its `updatedAt` says.
 */
export class EstateEdits {
  /** What was told lately, so that the overlap does not tell it again: id → what was told. */
  private readonly told = new Map<string, string>();
  private stream: EstateStream | null = null;
  private streamable = true;
  private opening: Promise<void> = Promise.resolve();
  private token: mongoose.mongo.ResumeToken = undefined;
  private readonly pending = new Set<string>();

  constructor(
    private readonly estates: MongoCollections['estates'],
    private readonly logger: Pick<Logger, 'info' | 'warn'>,
  ) {}

  /** Begins to listen, once; without change streams it says so in the log and goes on with `updatedAt`. */
  listen(): void {
    if (this.stream || !this.streamable || this.pending.size > MAX_PENDING / 2) return;
    const stream: EstateStream = this.estates.watch<EstateRecord>(PAST_THE_IMPORTER, {
      maxAwaitTimeMS: 1_000,
      ...(this.token !== undefined && { resumeAfter: this.token }),
    });
    this.stream = stream;
    let opened = () => {};
    this.opening = new Promise((resolve) => {
      opened = resolve;
    });
    stream.on('resumeTokenChanged', (token) => {
      this.token = token;
      opened();
    });
    stream.on('change', (change) => {
      if ('documentKey' in change) this.pending.add(change.documentKey._id);
      if (this.pending.size > MAX_PENDING) void this.dropStream(stream);
    });
    stream.on('error', (error: Error) => {
      this.failed(error);
      void this.dropStream(stream);
      opened();
    });
  }

  /** Listens from now on, or as soon as the server lets: what is written after it is told. */
  async listening(): Promise<void> {
    this.listen();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, OPENING_MS);
    });
    await Promise.race([this.opening, late]);
    clearTimeout(timer);
  }

  /** Marks records as told, so that their own `updatedAt` does not tell them again to who asks `since` the moment. */
  remember(records: readonly EstateRecord[], since: Date): void {
    for (const record of records) if (record.updatedAt >= since) this.told.set(record._id, stamp(record));
  }

  /** Edited buildings, at most `limit`; `more` when there are others. */
  async since(moment: Date, limit: number): Promise<{ records: EstateRecord[]; more: boolean }> {
    this.listen();
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
    // What the stream brings is told even when nothing of its stamp moved.
    const records = [...found.values()];
    this.remember(records, moment);
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
    if (this.stream) await this.dropStream(this.stream);
  }

  private failed(error: Error): void {
    const code = error instanceof mongoose.mongo.MongoServerError ? error.code : undefined;
    if (this.token !== undefined) {
      const lost = HISTORY_LOST.has(code);
      if (lost) this.token = undefined;
      this.logger.warn(
        { err: error, lost },
        'the change stream of the catalogue broke; it is opened again where it was, unless lost',
      );
    } else if (error instanceof mongoose.mongo.MongoServerError && !error.hasErrorLabel('ResumableChangeStreamError')) {
      // A single server, or one that only speaks the protocol: each refuses in words of its own.
      this.streamable = false;
      this.logger.info({ code }, 'no change stream of the catalogue: edits are found by updatedAt');
    }
  }

  private async dropStream(stream: EstateStream): Promise<void> {
    if (this.stream === stream) this.stream = null;
    await stream.close().catch(() => {});
  }
}

/** An edit moves `updatedAt`, an import the revision. */
const stamp = (record: EstateRecord) => `${record.updatedAt.getTime()}/${record.revision ?? 'by hand'}`;
