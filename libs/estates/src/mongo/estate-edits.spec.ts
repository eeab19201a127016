import { EventEmitter } from 'node:events';
import mongoose from 'mongoose';
import { describe, expect, it, vi } from 'vitest';
import type { MongoCollections } from './connection.js';
import { EstateEdits } from './estate-edits.js';
import type { EstateRecord } from './schemas.js';

const at = (milliseconds: number) => new Date(1_800_000_000_000 + milliseconds);
const record = (id: string, updatedAt: Date, revision = 1) => ({ _id: id, updatedAt, revision }) as EstateRecord;

/** A collection of buildings with a change stream, as the driver shows them. */
class FakeEstates {
  readonly records = new Map<string, EstateRecord>();
  readonly streams: (EventEmitter & { close: () => Promise<void> })[] = [];
  readonly resumedAfter: unknown[] = [];

  put(...records: EstateRecord[]): void {
    for (const each of records) this.records.set(each._id, each);
  }

  watch(_pipeline: unknown, { resumeAfter }: { resumeAfter?: unknown }) {
    this.resumedAfter.push(resumeAfter);
    const stream = Object.assign(new EventEmitter(), { close: vi.fn(async () => {}) });
    this.streams.push(stream);
    return stream;
  }

  find(filter: { _id?: { $in: string[] }; updatedAt?: { $gte: Date } }) {
    const found = [...this.records.values()]
      .filter(({ _id }) => !filter._id || filter._id.$in.includes(_id))
      .filter(({ updatedAt }) => !filter.updatedAt || updatedAt >= filter.updatedAt.$gte)
      .sort((a, b) => a.updatedAt.getTime() - b.updatedAt.getTime() || (a._id < b._id ? -1 : 1));
    return Object.assign(found, { sort: () => found });
  }
}

function opened() {
  const estates = new FakeEstates();
  const logger = { info: vi.fn(), warn: vi.fn() };
  const edits = new EstateEdits(estates as unknown as MongoCollections['estates'], logger);
  return { estates, logger, edits };
}

const idsOf = async (asked: Promise<{ records: EstateRecord[]; more: boolean }>) => {
  const { records, more } = await asked;
  return { ids: records.map(({ _id }) => _id), more };
};

describe('edits of buildings past the importer', () => {
  it('are told once, though the overlap reads them again', async () => {
    const { estates, edits } = opened();
    estates.put(record('old', at(0)), record('new', at(5_000)));
    expect(await idsOf(edits.since(at(1_000), 10))).toEqual({ ids: ['new'], more: false });
    const from = edits.next(at(1_000), at(6_000));
    expect(await idsOf(edits.since(from, 10))).toEqual({ ids: [], more: false });
    estates.put(record('new', at(7_000)));
    expect(await idsOf(edits.since(from, 10))).toEqual({ ids: ['new'], more: false });
  });

  it('come page by page even when a thousand carry the same moment', async () => {
    const { estates, edits } = opened();
    for (let i = 0; i < 25; i++) estates.put(record(`e${String(i).padStart(2, '0')}`, at(5_000)));
    const told: string[] = [];
    for (let more = true; more; ) {
      const page = await idsOf(edits.since(at(0), 10));
      told.push(...page.ids);
      more = page.more;
    }
    expect(new Set(told).size).toBe(25);
    expect(told).toHaveLength(25);
  });

  it('are not told when an import has told them already', async () => {
    const { estates, edits } = opened();
    const imported = record('imported', at(5_000), 7);
    estates.put(imported);
    edits.remember([imported], at(0));
    expect((await idsOf(edits.since(at(0), 10))).ids).toEqual([]);
  });

  it('are told when they are saved long after they were stamped', async () => {
    const { estates, edits } = opened();
    const from = edits.next(at(0), at(60_000));
    expect(await idsOf(edits.since(from, 10))).toEqual({ ids: [], more: false });
    const later = edits.next(from, at(70_000));
    estates.put(record('late', at(45_000)));
    expect((await idsOf(edits.since(later, 10))).ids).toEqual(['late']);
  });

  it('keep no memory of what their moment leaves out', () => {
    const { edits } = opened();
    edits.remember([record('old', at(0)), record('new', at(2_000))], at(1_000));
    expect((edits as unknown as { told: Map<string, string> }).told.size).toBe(1);
  });

  it('are found by the change stream without a newer updatedAt', async () => {
    const { estates, edits } = opened();
    const listening = edits.listening();
    estates.streams[0]!.emit('resumeTokenChanged', 'start');
    await listening;
    const imported = record('unstamped', at(0));
    estates.put(imported);
    edits.remember([imported], at(0));
    estates.streams[0]!.emit('change', { documentKey: { _id: 'unstamped' } });
    expect((await idsOf(edits.since(at(10_000), 10))).ids).toEqual(['unstamped']);
  });

  it('go on by updatedAt where the server has no change streams, said once', async () => {
    const { estates, logger, edits } = opened();
    const listening = edits.listening();
    const refusal = new mongoose.mongo.MongoServerError({ message: 'only supported on replica sets', code: 40_573 });
    estates.streams[0]!.emit('error', refusal);
    await listening;
    await edits.listening();
    estates.put(record('stamped', at(5_000)));
    expect((await idsOf(edits.since(at(0), 10))).ids).toEqual(['stamped']);
    expect(estates.streams).toHaveLength(1);
    expect(logger.info).toHaveBeenCalledTimes(1);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('try the stream again when the server was away the first time', async () => {
    const { estates, logger, edits } = opened();
    const listening = edits.listening();
    estates.streams[0]!.emit('error', new mongoose.mongo.MongoNetworkError('refused'));
    await listening;
    edits.listen();
    expect(estates.streams).toHaveLength(2);
    expect(logger.info).not.toHaveBeenCalled();
  });

  it('open a stream that broke where it was, and anew when the server has forgotten that', async () => {
    const { estates, logger, edits } = opened();
    edits.listen();
    estates.streams[0]!.emit('resumeTokenChanged', 'place');
    estates.streams[0]!.emit('error', new mongoose.mongo.MongoNetworkError('connection lost'));
    edits.listen();
    const lost = new mongoose.mongo.MongoServerError({ message: 'the history is lost', code: 286 });
    estates.streams[1]!.emit('error', lost);
    edits.listen();
    expect(estates.resumedAfter).toEqual([undefined, 'place', undefined]);
    expect(logger.warn).toHaveBeenCalledTimes(2);
  });

  it('lose nothing when the stream outruns who asks', async () => {
    const { estates, edits } = opened();
    edits.listen();
    const [stream] = estates.streams;
    for (let i = 0; i <= 100_000; i++) {
      stream!.emit('resumeTokenChanged', i);
      stream!.emit('change', { documentKey: { _id: `e${i}` } });
    }
    expect(stream!.close).toHaveBeenCalled();
    edits.listen();
    expect(estates.streams).toHaveLength(1);
    while ((await edits.since(at(0), 20_000)).more);
    edits.listen();
    expect(estates.resumedAfter).toEqual([undefined, 100_000]);
  });
});
