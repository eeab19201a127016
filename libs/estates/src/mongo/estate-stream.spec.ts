import mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MongoCollections } from './connection.js';
import { streamRecords } from './estate-stream.js';

const { MongoNetworkError, MongoServerError } = mongoose.mongo;
const IDS = Array.from({ length: 10 }, (_, index) => `e${index}`);

/** Buildings whose cursors fail where they are told to: by the number of the cursor and of the record in it. */
function buildings(failures: Record<number, { after: number; error: Error }>) {
  const closed: number[] = [];
  let cursors = 0;
  const find = ({ _id }: { _id?: { $gt: string } }) => {
    const number = cursors++;
    const left = IDS.filter((id) => _id === undefined || id > _id.$gt);
    let given = 0;
    const cursor = {
      sort: () => cursor,
      batchSize: () => cursor,
      next: async () => {
        const failure = failures[number] ?? failures[-1];
        if (failure?.after === given) throw failure.error;
        const id = left[given++];
        return id === undefined ? null : { _id: id };
      },
      close: async () => {
        closed.push(number);
      },
    };
    return cursor;
  };
  return { estates: { find } as unknown as MongoCollections['estates'], closed, opened: () => cursors };
}

async function read(stream: AsyncIterable<{ _id: string }[]>): Promise<string[][]> {
  const batches: string[][] = [];
  for await (const batch of stream) batches.push(batch.map(({ _id }) => _id));
  return batches;
}

describe('a stream of buildings', () => {
  const logger = { warn: vi.fn() };

  beforeEach(() => {
    vi.useFakeTimers();
    logger.warn.mockClear();
  });
  afterEach(() => vi.useRealTimers());

  async function whole(stream: AsyncIterable<{ _id: string }[]>) {
    const reading = read(stream);
    reading.catch(() => {});
    await vi.runAllTimersAsync();
    return reading;
  }

  it('goes on behind the last building read when its cursor is lost, every building once', async () => {
    const lost = new MongoServerError({ message: 'cursor id 5 not found', code: 43 });
    const { estates, closed } = buildings({
      0: { after: 5, error: lost },
      1: { after: 0, error: new MongoNetworkError('connection closed') },
      2: { after: 4, error: lost },
    });
    const batches = await whole(streamRecords(estates, 2, logger));
    expect(batches.flat()).toEqual(IDS);
    expect(closed).toEqual([0, 1, 2, 3]);
    expect(logger.warn).toHaveBeenCalledTimes(3);
  });

  it('gives up when the server stays away', async () => {
    const { estates, opened } = buildings({ [-1]: { after: 0, error: new MongoNetworkError('refused') } });
    await expect(whole(streamRecords(estates, 2, logger))).rejects.toThrow('refused');
    expect(opened()).toBe(7);
  });

  it('fails at once for what does not pass by itself', async () => {
    const refused = new MongoServerError({ message: 'not authorized', code: 13 });
    const { estates, closed, opened } = buildings({ 0: { after: 3, error: refused } });
    await expect(whole(streamRecords(estates, 2, logger))).rejects.toThrow('not authorized');
    expect([opened(), closed]).toEqual([1, [0]]);
  });

  it('closes its cursor for a reader that stops', async () => {
    const { estates, closed } = buildings({});
    for await (const batch of streamRecords(estates, 2, logger)) if (batch.length > 0) break;
    expect(closed).toEqual([0]);
  });
});
