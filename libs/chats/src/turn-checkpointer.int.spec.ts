import { StateGraph, StateSchema } from '@langchain/langgraph';
import { specTest } from '@langchain/langgraph-checkpoint-validation';
import * as vitest from 'vitest';
import { z } from 'zod';
import { migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { Statements } from './statements.js';
import { TurnCheckpointer } from './turn-checkpointer.js';

const { afterAll, beforeAll, describe, expect, inject, it } = vitest;

// The published suite expects the test functions as globals.
Object.assign(globalThis, {
  describe: vitest.describe,
  it: vitest.it,
  test: vitest.test,
  expect: vitest.expect,
  beforeAll: vitest.beforeAll,
  afterAll: vitest.afterAll,
  beforeEach: vitest.beforeEach,
  afterEach: vitest.afterEach,
});

let database: TestDatabase;

specTest({
  checkpointerName: 'TurnCheckpointer',
  async beforeAll() {
    database = await createTestDatabase(inject('postgresUrl'), { max: 4 });
    await migrate(database.pool);
  },
  async afterAll() {
    await database.drop();
  },
  createCheckpointer: () => new TurnCheckpointer(new Statements(database.pool), { keep: 1_000 }),
  async destroyCheckpointer() {
    await database.pool.query('truncate checkpoints, checkpoint_writes');
  },
});

const State = new StateSchema({ count: z.number().default(0) });

function graphOn(checkpointer: TurnCheckpointer) {
  return new StateGraph(State)
    .addNode('add', (state) => ({ count: state.count + 1 }))
    .addEdge('__start__', 'add')
    .addEdge('add', '__end__')
    .compile({ checkpointer });
}

describe('TurnCheckpointer in a turn', () => {
  let own: TestDatabase;
  beforeAll(async () => {
    own = await createTestDatabase(inject('postgresUrl'), { max: 4 });
    await migrate(own.pool);
  });
  afterAll(() => own.drop());

  it('reads from the claim and hands its write to the commit without a query', async () => {
    const statements = new Statements(own.pool);
    const checkpointer = new TurnCheckpointer(statements, { keep: 3 });
    const graph = graphOn(checkpointer);
    const first = checkpointer.openSession('chat', 'chat:1', null);
    await graph.invoke({}, { ...first, durability: 'exit' });
    const written = checkpointer.closeSession('chat:1');
    expect(written.checkpoints).toHaveLength(1);
    const second = checkpointer.openSession('chat', 'chat:2', written.checkpoints[0]!);
    const state = await graph.invoke({}, { ...second, durability: 'exit' });
    expect(state.count).toBe(2);
    expect(checkpointer.closeSession('chat:2').checkpoints[0]?.parentId).toBe(written.checkpoints[0]?.id);
    expect(statements.counts()).toEqual({});
  });

  it('refuses a run that outlived its session instead of writing past the fence', async () => {
    const statements = new Statements(own.pool);
    const checkpointer = new TurnCheckpointer(statements, { keep: 3 });
    const config = checkpointer.openSession('chat', 'chat:3', null);
    checkpointer.closeSession('chat:3');
    await expect(graphOn(checkpointer).invoke({}, { ...config, durability: 'exit' })).rejects.toThrow(/closed/);
    expect(statements.counts()).toEqual({});
  });

  it('keeps two sessions of one chat apart', async () => {
    const checkpointer = new TurnCheckpointer(new Statements(own.pool), { keep: 3 });
    const graph = graphOn(checkpointer);
    const stale = checkpointer.openSession('chat', 'chat:4', null);
    const fresh = checkpointer.openSession('chat', 'chat:5', null);
    await Promise.all([
      graph.invoke({ count: 10 }, { ...stale, durability: 'exit' }),
      graph.invoke({ count: 20 }, { ...fresh, durability: 'exit' }),
    ]);
    const values = (key: string) =>
      JSON.parse(checkpointer.closeSession(key).checkpoints[0]!.checkpoint).channel_values.count as number;
    expect([values('chat:4'), values('chat:5')]).toEqual([11, 21]);
  });

  it('keeps the newest states only', async () => {
    const checkpointer = new TurnCheckpointer(new Statements(own.pool), { keep: 3 });
    const graph = graphOn(checkpointer);
    const config = { configurable: { thread_id: 'long' }, durability: 'exit' as const };
    for (let turn = 0; turn < 6; turn += 1) await graph.invoke({}, config);
    const states: number[] = [];
    for await (const snapshot of graph.getStateHistory(config)) states.push(snapshot.values.count as number);
    expect(states).toEqual([6, 5, 4]);
  });
});
