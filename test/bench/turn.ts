// What a turn of the product's dialog costs: (a) two bare SQL round trips, (b) the dialog graph in memory, (c) the same graph
// on the stock PostgresSaver with default durability, (d) ours: a message stored, its turn, the reply committed, through
// inbox and outbox. Only (d) stores the client's message; the time that takes is in its rate and not in its latency, which
// runs from the stored message to the committed reply. One process and one PostgreSQL with default durability carry all
// four, taking turns within a round.
//
// (b) and (c) run the product's own graph, so they gain from whatever makes it faster: an aim that divides by them tells what
// inbox, outbox and storage add to a turn, not how fast a turn is. That is told by the rates, latencies and CPU times.
import { MemorySaver } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import type pg from 'pg';
import { createChats } from '#libs/chats';
import { createPool, migrate } from '#libs/platform';
import { createDialogHandler } from '../../apps/core/src/dialog-handler.js';
import { type Load, measureLoad, median, medianLoad } from './load.js';
import type { Bench } from './report.js';
import { startThrowawayPostgres } from './throwaway-postgres.js';
import { clientText, TurnDialog } from './turn-dialog.js';

const CONCURRENCY = [1, 16, 64];
const ROUNDS = 3;
/** Turns one chat lives in the measurement on fresh chats. */
const FRESH_TURNS = 5;
const TURNS: Record<number, number> = { 1: 80, 16: 320, 64: 320 };

/** One turn of a chat; its latency in ms when it is not the whole call. */
type Way = (chatId: string, turn: number) => Promise<number | undefined>;

async function bareSql(pool: pg.Pool): Promise<Way> {
  await pool.query('create table bare (id text primary key, body json not null)');
  const body = JSON.stringify({ text: clientText(0) });
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

function graphWay(dialog: TurnDialog, checkpointer: BaseCheckpointSaver, durability?: 'exit'): Way {
  const turnOf = dialog.over(checkpointer);
  return async (chatId, turn) => {
    await turnOf(clientText(turn), { configurable: { thread_id: chatId }, ...(durability ? { durability } : {}) });
    return undefined;
  };
}

/** Ours, with what it takes to hear of a commit. */
async function actor(pool: pg.Pool, dialog: TurnDialog, concurrency: number) {
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
  const runner = await chats.createRunner(createDialogHandler(dialog.deps, await chats.openCheckpointer(), 12_000));
  runner.start();
  const way: Way = async (chatId, turn) => {
    const done = new Promise<void>((resolve) => committed.set(chatId, resolve));
    // A push channel: the reply gets its outbox row.
    await chats.store.ingestClientMessage({
      chatId,
      channel: 'telegram',
      id: `m${turn}`,
      text: clientText(turn),
    });
    const stored = performance.now();
    await done;
    return performance.now() - stored;
  };
  return { way, statements: chats.statements, stop: () => runner.stop() };
}

/** Each worker leads one chat after another, `FRESH_TURNS` turns each. */
function freshChats(prefix: string, workers: number, way: Way): (worker: number) => Promise<number | undefined> {
  const turns = new Array<number>(workers).fill(0);
  return (worker) => {
    const turn = turns[worker] ?? 0;
    turns[worker] = turn + 1;
    return way(`${prefix}:${worker}:${Math.floor(turn / FRESH_TURNS)}`, turn % FRESH_TURNS);
  };
}

export const run: Bench = async (report) => {
  const server = await startThrowawayPostgres();
  const pool = createPool({ url: server.url, app: 'bench' });
  try {
    await migrate(pool);
    const stockSaver = new PostgresSaver(pool, undefined, { schema: 'stock' });
    await stockSaver.setup();
    const dialog = await TurnDialog.open();
    const ours = await actor(pool, dialog, Math.max(...CONCURRENCY));
    const ways: Record<string, Way> = {
      sql: await bareSql(pool),
      memory: graphWay(dialog, new MemorySaver(), 'exit'),
      stock: graphWay(dialog, stockSaver),
      ours: ours.way,
    };
    for (const [name, way] of Object.entries(ways)) {
      const load = freshChats(`warm:${name}`, 64, way);
      await measureLoad({ concurrency: 64, total: 400 }, load);
    }

    const loads = new Map<string, Load>();
    for (const concurrency of CONCURRENCY) {
      const rounds = new Map<string, Load[]>(Object.keys(ways).map((name) => [name, []]));
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [name, way] of Object.entries(ways)) {
          const talk = freshChats(`${name}:${concurrency}:${round}`, concurrency, way);
          rounds.get(name)?.push(await measureLoad({ concurrency, total: TURNS[concurrency] ?? 100 }, talk));
        }
      }
      for (const [name, measured] of rounds) {
        const load = medianLoad(measured);
        loads.set(`${name}.${concurrency}`, load);
        const n = load.n * ROUNDS;
        report.add(`${name}.c${concurrency}.p50`, load.p50, 'ms', n);
        report.add(`${name}.c${concurrency}.p95`, load.p95, 'ms', n);
        report.add(`${name}.c${concurrency}.rate`, load.perSecond, 'turns/s', n);
        report.add(`${name}.c${concurrency}.cpu`, load.cpu, 'ms of Node', n);
      }
    }

    // Compared turns are taken in turns, so that a change in what else the machine does falls on both: stock and ours up to
    // turn 210, then ours at 990 to 1,010 and a second chat at its first 20.
    const stockLong: number[] = [];
    const oursLong: number[] = [];
    const oursYoung: number[] = [];
    const timed = async (into: number[], name: string, chatId: string, turn: number) => {
      const begun = performance.now();
      into.push((await ways[name]?.(chatId, turn)) ?? performance.now() - begun);
    };
    for (let turn = 0; turn < 1_010; turn += 1) {
      if (turn < 210) await timed(stockLong, 'stock', 'long:stock', turn);
      await timed(oursLong, 'ours', 'long:ours', turn);
      if (turn >= 990) await timed(oursYoung, 'ours', 'young:ours', turn - 990);
    }
    const around = (latencies: number[], turn: number) => median(latencies.slice(turn - 10, turn + 10));
    const stockAt = (turn: number) => around(stockLong, turn);
    const oursAt = (turn: number) => around(oursLong, turn);
    report.add('ours.young.turn10.p50', around(oursYoung, 10), 'ms', 20);
    for (const turn of [10, 200]) report.add(`stock.turn${turn}.p50`, stockAt(turn), 'ms', 20);
    for (const turn of [10, 200, 500, 1_000]) report.add(`ours.turn${turn}.p50`, oursAt(turn), 'ms', 20);

    ours.statements.resetCounts();
    const counted = 50;
    for (let index = 0; index < counted; index += 1) await ours.way('counted', index);
    const { 'ingest.client': ingests = 0, 'turn.sweep': _sweeps, 'timer.due': _due, ...hot } = ours.statements.counts();
    const queries = Object.values(hot).reduce((sum, count) => sum + count, 0) / counted;
    report.add('ours.queries.turn', queries, 'queries', counted);
    report.add('ours.queries.ingest', ingests / counted, 'queries', counted);

    const at = (name: string) =>
      loads.get(name) ?? { p50: Number.NaN, p95: Number.NaN, perSecond: Number.NaN, cpu: Number.NaN, n: 0 };
    const n = ROUNDS;
    report.aim('aim.rate16.ours/stock', at('ours.16').perSecond / at('stock.16').perSecond, { atLeast: 2 }, n);
    report.aim('aim.rate16.ours/memory', at('ours.16').perSecond / at('memory.16').perSecond, { atLeast: 0.5 }, n);
    report.aim('aim.turn200.stock/ours', stockAt(200) / oursAt(200), { atLeast: 4 }, 20);
    const allowed = 1.5 * at('memory.1').p50 + at('sql.1').p50;
    report.aim('aim.p50.ours/(1.5*memory+sql)', at('ours.1').p50 / allowed, { atMost: 1 }, n);
    report.aim('aim.flat.turn1000/turn10', oursAt(1_000) / around(oursYoung, 10), { atMost: 1.25 }, 20);
    report.aim('aim.queries.turn', queries, { atMost: 2 }, counted);
    await ours.stop();
  } finally {
    await pool.end();
    await server.stop();
  }
};
