// `npm run load -- [--chats 500] [--seconds 60] [--think 4] [--drain 15] [--cores 2] [--apis 1] [--no-redis] [--no-nginx] [--no-crm] [--profile DIR]`
// Real processes on this machine, scripted clients with think time, loopback only.
import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { createPool } from '#libs/platform';
import { quantile } from '../bench/load.js';
import { BenchReport } from '../bench/report.js';
import { startThrowawayPostgres } from '../bench/throwaway-postgres.js';
import { isInstalled } from '../topology/installed.js';
import { checkDelivery, type Delivery, type Line, Partner } from '../topology/partner.js';
import { Topology } from '../topology/topology.js';
import { AmocrmAccount } from './amocrm-account.js';
import { LoadClient } from './client.js';
import { type CrowdResult, runCrowd } from './crowd.js';
import { MirrorWatch } from './mirror.js';
import { type Usage, usageOfTree } from './process-meter.js';

const MAX_CHATS = 20_000;
const MAX_SECONDS = 600;
/** Transcripts read at once after the load. */
const READERS = 8;
const READ_ATTEMPTS = 6;
/** Share of an allowance of the keys, requests a minute: the load is not what they limit. */
const RATE_LIMIT = '60000';

function number(text: string, name: string, max: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= max)) throw new Error(`--${name} is a number above 0 and at most ${max}`);
  return value;
}

const { values } = parseArgs({
  options: {
    chats: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '60' },
    think: { type: 'string', default: '4' },
    drain: { type: 'string', default: '15' },
    cores: { type: 'string', default: '2' },
    apis: { type: 'string', default: '1' },
    'no-redis': { type: 'boolean', default: false },
    'no-nginx': { type: 'boolean', default: false },
    'no-crm': { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const options = {
  name: 'load',
  chats: number(values.chats, 'chats', MAX_CHATS),
  seconds: number(values.seconds, 'seconds', MAX_SECONDS),
  thinkSeconds: number(values.think, 'think', MAX_SECONDS),
};

async function postmasterPid(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ data_directory: string }>('show data_directory');
  return Number(readFileSync(path.join(rows[0]?.data_directory ?? '', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** An overloaded server answers 503 and asks to come again: what it was sent is compared all the same. */
async function readBack(partner: Partner, chatId: string): Promise<Line[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await partner.transcript(chatId);
    } catch (error) {
      if (attempt === READ_ATTEMPTS) throw error;
      await sleep(1_000 * attempt);
    }
  }
}

/** Reads every chat back and compares it with what was sent. */
async function verify(partner: Partner, sent: CrowdResult['sent']): Promise<Delivery> {
  const total: Delivery = { sent: 0, lost: 0, duplicated: 0, reordered: 0 };
  const chats = [...sent].filter(([, messages]) => messages.length > 0);
  let next = 0;
  await Promise.all(
    Array.from({ length: READERS }, async () => {
      for (;;) {
        const chat = chats[next];
        next += 1;
        if (!chat) return;
        const one = checkDelivery(await readBack(partner, chat[0]), chat[1]);
        total.sent += one.sent;
        total.lost += one.lost;
        total.duplicated += one.duplicated;
        total.reordered += one.reordered;
      }
    }),
  );
  return total;
}

/** Mean duration of the turns of all cores so far, from their own metrics. */
async function meanTurn(topology: Topology): Promise<{ milliseconds: number; turns: number }> {
  let seconds = 0;
  let turns = 0;
  for (const address of topology.addresses('core')) {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    const total = (series: string) =>
      [...text.matchAll(new RegExp(`^${series}\\{.*\\} (\\S+)$`, 'gm'))].reduce(
        (sum, match) => sum + Number(match[1]),
        0,
      );
    seconds += total('wewall_turn_seconds_sum');
    turns += total('wewall_turn_seconds_count');
  }
  return { milliseconds: (seconds / turns) * 1_000, turns };
}

function usages(pids: ReadonlyMap<string, number>): Map<string, Usage> {
  return new Map([...pids].map(([name, pid]) => [name, usageOfTree(pid)]));
}

const redis = !values['no-redis'] && isInstalled('redis-server');
const nginx = !values['no-nginx'] && isInstalled('nginx');
if (!redis) console.error('no Redis: queues live in PostgreSQL');
if (!nginx) console.error('no nginx: clients go to external-api directly');

const postgres = await startThrowawayPostgres();
const pool = createPool({ url: postgres.url, max: 2 });
const amocrm = values['no-crm'] ? undefined : await AmocrmAccount.start();
const mirror = amocrm && new MirrorWatch(pool, amocrm);
let topology: Topology | undefined;
try {
  topology = await Topology.start({
    databaseUrl: postgres.url,
    cores: number(values.cores, 'cores', 8),
    apis: number(values.apis, 'apis', 8),
    workers: 1,
    redis,
    nginx,
    ...(amocrm && { environment: amocrm.environment }),
    ...(values.profile && {
      nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${path.resolve(values.profile)}`],
    }),
  });
  if (amocrm) {
    await topology.command('apps/chat-connector/src/cli/setup');
    await topology.startApp('chat-connector');
  }
  const issued = await topology.command('apps/external-api/src/cli/keys', [
    'issue',
    '--name=load',
    `--rate-limit=${RATE_LIMIT}`,
  ]);
  const key = /^key: (\S+)$/m.exec(issued)?.[1] ?? '';
  const pids = new Map<string, number>([
    ...topology.apps.map(({ server }) => [server.name, server.pid] as const),
    ['postgres', await postmasterPid(pool)],
    ...(topology.redis ? [['redis', topology.redis.process.pid] as const] : []),
    ...(topology.nginx ? [['nginx', topology.nginx.process.pid] as const] : []),
    ...(amocrm ? [['outside: amoCRM simulator', amocrm.pid] as const] : []),
  ]);

  console.error(
    `${options.chats} chats for ${options.seconds} s, ${options.thinkSeconds} s between messages on average`,
  );
  const client = new LoadClient(topology.url, key);
  // What a process compiles and connects on its first messages is not what is measured: some seconds of the same load warm it.
  await runCrowd(new LoadClient(topology.url, key), {
    name: 'warm-up',
    chats: options.chats / 4,
    seconds: 12,
    thinkSeconds: options.thinkSeconds / 4,
  });
  const [busy = 0] = loadavg();
  await mirror?.begin();
  const before = usages(pids);
  const generatorBefore = process.cpuUsage();
  const result = await runCrowd(client, options);
  const after = usages(pids);
  const generator = process.cpuUsage(generatorBefore);
  const turn = await meanTurn(topology);
  client.close();
  await mirror?.drain(number(values.drain, 'drain', MAX_SECONDS));
  const delivery = await verify(new Partner(`http://${topology.addresses('external-api')[0]}`, key), result.sent);

  const report = new BenchReport('load');
  const answered = result.latencies.length;
  report.add('clients', options.chats, 'chats at once', options.chats);
  // Figures of a machine that is busy with something else say nothing about the product.
  report.add('runnable before the load, of this many cores', busy, 'processes', availableParallelism());
  report.add('messages taken', delivery.sent, 'messages', delivery.sent);
  report.aim('messages answered a second', answered / result.seconds, { atLeast: 120 }, answered);
  report.add('bot messages a second', result.replies / result.seconds, '1/s', result.replies);
  for (const [name, q] of [
    ['p50', 0.5],
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const) {
    const value = quantile(result.latencies, q);
    if (name === 'p95') report.aim('send to reply, p95 ms', value, { atMost: 250 }, answered);
    else report.add(`send to reply, ${name} ms`, value, 'ms', answered);
  }
  report.aim('lost', delivery.lost, { atMost: 0 }, delivery.sent);
  report.aim('duplicated', delivery.duplicated, { atMost: 0 }, delivery.sent);
  report.aim('reordered', delivery.reordered, { atMost: 0 }, delivery.sent);
  report.add('connections retried', result.retries, 'x', delivery.sent);
  for (const [outcome, count] of result.unanswered) report.add(`not answered: ${outcome}`, count, 'messages', count);
  let ours = 0;
  for (const [name, usage] of after) {
    const spent = usage.cpuSeconds - (before.get(name)?.cpuSeconds ?? 0);
    if (!name.startsWith('outside')) ours += spent;
    report.add(`${name} CPU`, (spent / result.seconds) * 100, '% of a core', 1);
    report.add(`${name} memory`, usage.memoryBytes / 1_048_576, 'MiB', 1);
  }
  report.add('CPU of all of ours a message answered', (ours * 1_000) / answered, 'ms', answered);
  // All other processes are its children: measured by itself.
  report.add(
    'outside: load generator CPU',
    (generator.user + generator.system) / 10_000 / result.seconds,
    '% of a core',
    1,
  );
  report.add('turn, claim to commit, mean', turn.milliseconds, 'ms', turn.turns);
  const copies = await mirror?.report(report);
  report.table();
  if (copies && copies.lost + copies.duplicated + copies.reordered > 0) process.exitCode = 1;
  if (delivery.lost + delivery.duplicated + delivery.reordered > 0) process.exitCode = 1;
} finally {
  await topology?.stop();
  await amocrm?.stop();
  await pool.end();
  await postgres.stop();
}
