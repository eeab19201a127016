// What a turn costs: (a) two bare SQL round trips, (b) the graph in memory, (c) the graph on the stock PostgresSaver with
// default durability, (d) ours from a stored message to a committed reply, through inbox and outbox. One process and one
// PostgreSQL with default durability carry all four, taking turns within a round.
import { MemorySaver } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import pg from 'pg';
import { type ChatEvent, createChats } from '#libs/chats';
import { migrate } from '#libs/platform';
import { type Load, measureLoad, median, medianLoad } from './load.js';
import type { Bench } from './report.js';
import { startThrowawayPostgres } from './throwaway-postgres.js';
import { type TurnGraph, tenScenarioGraph } from './turn-graph.js';

const CONCURRENCY = [1, 16, 64];
const ROUNDS = 3;
/** Turns one chat lives in the measurement on fresh chats. */
const FRESH_TURNS = 5;
const TURNS: Record<number, number> = { 1: 80, 16: 240, 64: 320 };

type Way = (chatId: string, index: number) => Promise<number | undefined>;

const message = (index: number): ChatEvent => ({
  kind: 'client',
  id: `m${index}`,
  at: '2026-01-01T00:00:00.000Z',
  text: 'офис метров сто у Павелецкой',
});

async function bareSql(pool: pg.Pool): Promise<Way> {
  await pool.query('create table bare (id text primary key, body json not null)');
  const body = JSON.stringify({ slots: message(0) });
  return async (chatId) => {
    await pool.query({ name: 'bare.read', text: 'select body from bare where id = $1', values: [chatId] });
    await pool.query({
      name: 'bare.write',
      text: 'insert into bare (id, body) values ($1, $2) on conflict (id) do update set body = excluded.body',
      values: [chatId, body],
    });
    return undefined;
  };
}

function graphWay(graph: TurnGraph, durability?: 'exit'): Way {
  return async (chatId, index) => {
    const config = { configurable: { thread_id: chatId }, ...(durability ? { durability } : {}) };
    await graph.run([message(index)], config);
    return undefined;
  };
}

/** Ours, with what it takes to hear of a commit. */
function actor(pool: pg.Pool, concurrency: number) {
  const committed = new Map<string, () => void>();
  const chats = createChats(
    pool,
    { quietMs: 0, concurrency },
    {
      turn: (event) => {
        if (event.outcome !== 'committed') throw new Error(`turn of ${event.chatId}: ${event.outcome}`);
        committed.get(event.chatId)?.();
      },
    },
  );
  const graph = tenScenarioGraph(chats.checkpointer);
  const runner = chats.createRunner({
    async run(input) {
      return {
        effects: await graph.run(input.events, input.config),
        view: { scenario: 'menu', step: 'asked', slots: {} },
      };
    },
    apology: () => ({ text: '' }),
  });
  runner.start();
  const way: Way = async (chatId, index) => {
    const done = new Promise<void>((resolve) => committed.set(chatId, resolve));
    // A push channel: the reply gets its outbox row.
    await chats.store.ingestClientMessage({
      chatId,
      channel: 'telegram',
      id: `m${index}`,
      text: 'офис метров сто у Павелецкой',
    });
    const stored = performance.now();
    await done;
    return performance.now() - stored;
  };
  return { way, statements: chats.statements, stop: () => runner.stop() };
}

export const run: Bench = async (report) => {
  const server = await startThrowawayPostgres();
  const pool = new pg.Pool({ connectionString: server.url, max: 20, options: '-c plan_cache_mode=force_generic_plan' });
  // The server may close a connection that is just ending.
  pool.on('error', () => {});
  try {
    await migrate(pool);
    const stockSaver = new PostgresSaver(pool, undefined, { schema: 'stock' });
    await stockSaver.setup();
    const ours = actor(pool, Math.max(...CONCURRENCY));
    const ways: Record<string, Way> = {
      sql: await bareSql(pool),
      memory: graphWay(tenScenarioGraph(new MemorySaver()), 'exit'),
      stock: graphWay(tenScenarioGraph(stockSaver)),
      ours: ours.way,
    };
    for (const [name, way] of Object.entries(ways)) {
      await measureLoad({ concurrency: 64, total: 400 }, (worker, index) => way(`warm:${name}:${worker}`, index));
    }

    const loads = new Map<string, Load>();
    for (const concurrency of CONCURRENCY) {
      const rounds = new Map<string, Load[]>(Object.keys(ways).map((name) => [name, []]));
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [name, way] of Object.entries(ways)) {
          const turns = new Array<number>(concurrency).fill(0);
          const load = await measureLoad({ concurrency, total: TURNS[concurrency] ?? 100 }, (worker, index) => {
            const chat = Math.floor(turns[worker]! / FRESH_TURNS);
            turns[worker]! += 1;
            return way(`${name}:${concurrency}:${round}:${worker}:${chat}`, index);
          });
          rounds.get(name)?.push(load);
        }
      }
      for (const [name, measured] of rounds) {
        const load = medianLoad(measured);
        loads.set(`${name}.${concurrency}`, load);
        const n = load.n * ROUNDS;
        report.add(`${name}.c${concurrency}.p50`, load.p50, 'ms', n);
        report.add(`${name}.c${concurrency}.p95`, load.p95, 'ms', n);
        report.add(`${name}.c${concurrency}.rate`, load.perSecond, 'turns/s', n);
      }
    }

    const long = async (name: string, total: number) => {
      const latencies: number[] = [];
      for (let index = 0; index < total; index += 1) {
        const begun = performance.now();
        latencies.push((await ways[name]?.(`long:${name}`, index)) ?? performance.now() - begun);
      }
      return (turn: number) => median(latencies.slice(Math.max(0, turn - 10), turn + 10));
    };
    const stockAt = await long('stock', 210);
    const oursAt = await long('ours', 1_010);
    for (const turn of [10, 200]) report.add(`stock.turn${turn}.p50`, stockAt(turn), 'ms', 20);
    for (const turn of [10, 200, 500, 1_000]) report.add(`ours.turn${turn}.p50`, oursAt(turn), 'ms', 20);

    ours.statements.resetCounts();
    const counted = 50;
    for (let index = 0; index < counted; index += 1) await ours.way('counted', index);
    const { 'ingest.client': ingests = 0, 'turn.sweep': _sweeps, 'timer.due': _due, ...hot } = ours.statements.counts();
    report.add(
      'ours.queries.turn',
      Object.values(hot).reduce((sum, count) => sum + count, 0) / counted,
      'queries',
      counted,
    );
    report.add('ours.queries.ingest', ingests / counted, 'queries', counted);

    const at = (name: string) => loads.get(name) ?? { p50: Number.NaN, p95: Number.NaN, perSecond: Number.NaN, n: 0 };
    const n = ROUNDS;
    report.add('aim.rate16.ours/stock (>= 2)', at('ours.16').perSecond / at('stock.16').perSecond, 'x', n);
    report.add('aim.rate16.ours/memory (>= 0.5)', at('ours.16').perSecond / at('memory.16').perSecond, 'x', n);
    report.add('aim.turn200.stock/ours (>= 4)', stockAt(200) / oursAt(200), 'x', 20);
    report.add(
      'aim.p50.ours/(1.5*memory+sql) (<= 1)',
      at('ours.1').p50 / (1.5 * at('memory.1').p50 + at('sql.1').p50),
      'x',
      n,
    );
    report.add('aim.flat.turn1000/turn10', oursAt(1_000) / oursAt(10), 'x', 20);
    await ours.stop();
  } finally {
    await pool.end();
    await server.stop();
  }
};
