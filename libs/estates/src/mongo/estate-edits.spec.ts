import { EventEmitter } from 'node:events';
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

  put(...records: EstateRecord[]): void {
    for (const each of records) this.records.set(each._id, each);
  }

  watch() {
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
    edits.remember([imported]);
    expect((await idsOf(edits.since(at(0), 10))).ids).toEqual([]);
  });

  it('are found by the change stream without a newer updatedAt', async () => {
    const { estates, edits } = opened();
    await edits.listen();
    estates.streams[0]!.emit('resumeTokenChanged', {});
    const imported = record('unstamped', at(0));
    estates.put(imported);
    edits.remember([imported]);
    estates.streams[0]!.emit('change', { documentKey: { _id: 'unstamped' } });
    expect((await idsOf(edits.since(at(10_000), 10))).ids).toEqual(['unstamped']);
  });

  it('go on by updatedAt where the server has no change streams, said once', async () => {
    const { estates, logger, edits } = opened();
    await edits.listen();
    estates.streams[0]!.emit('error', Object.assign(new Error('not implemented'), { code: 40_573 }));
    await edits.listen();
    estates.put(record('stamped', at(5_000)));
    expect((await idsOf(edits.since(at(0), 10))).ids).toEqual(['stamped']);
    expect(estates.streams).toHaveLength(1);
    expect(logger.info).toHaveBeenCalledTimes(1);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('open a stream that broke again', async () => {
    const { estates, logger, edits } = opened();
    await edits.listen();
    estates.streams[0]!.emit('resumeTokenChanged', {});
    estates.streams[0]!.emit('error', new Error('connection lost'));
    await edits.listen();
    expect(estates.streams).toHaveLength(2);
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });
});
