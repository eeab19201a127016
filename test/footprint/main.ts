// `npm run footprint -- [app…]`: every app started alone, compiled and against a throwaway PostgreSQL and Redis; prints how long it
// takes until it is ready for traffic and the memory it then has.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, RedisServer, ServerProcess, TelegramSimulator } from '#libs/testing';
import { startThrowawayPostgres } from '../bench/throwaway-postgres.js';
import { usageOfTree } from '../load/process-meter.js';
import { isInstalled } from '../topology/installed.js';

/** How long a process is left in peace before it is measured again, ms: what start-up left behind has been collected then. */
const SETTLED_MS = 10_000;
const LOOK_MS = 10;
const root = path.resolve(import.meta.dirname, '..', '..', '..');

interface Footprint {
  app: string;
  readyMs: number;
  /** Work of its own until then, ms of one core: the same however busy the machine is. */
  cpuMs: number;
  /** Resident set when ready and after `SETTLED_MS`, MiB. */
  readyMib: number;
  settledMib: number;
}

/** What an app needs beside the databases; `queues` makes two rows of one app. */
const APPS: Record<string, { entry: string; environment?: Record<string, string> }> = {
  core: { entry: 'apps/core/src/main' },
  'external-api': { entry: 'apps/external-api/src/main' },
  'worker (calculator)': { entry: 'apps/worker/src/main', environment: { WORKER_QUEUES: 'calculator' } },
  'worker (analog-search)': { entry: 'apps/worker/src/main', environment: { WORKER_QUEUES: 'analog-search' } },
  'worker (vision)': { entry: 'apps/worker/src/main', environment: { WORKER_QUEUES: 'vision' } },
  'telegram-bot': { entry: 'apps/telegram-bot/src/main' },
  'chat-connector': {
    entry: 'apps/chat-connector/src/main',
    environment: {
      // Nobody listens there: nothing is mirrored before a client writes.
      AMOCRM_BASE_URL: 'http://127.0.0.1:9',
      AMOCRM_CHATS_BASE_URL: 'http://127.0.0.1:9',
      AMOCRM_TOKEN: 'token',
      AMOCRM_CHANNEL_ID: 'channel',
      AMOCRM_CHANNEL_SECRET: 'secret',
      AMOCRM_CHANNEL_BOT_ID: 'bot',
      AMOCRM_SCOPE_ID: 'scope',
      AMOCRM_HOOK_TOKEN: 'hook-token-of-the-footprint-command',
    },
  },
  scheduler: { entry: 'apps/scheduler/src/main' },
  // With an embedded PostgreSQL of its own; its cluster exists already, as on every start but the first.
  'all-in-one (npm start)': { entry: 'apps/all-in-one/src/main', environment: { DATABASE_URL: '', REDIS_URL: '' } },
};

function residentMib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
}

async function launch(
  app: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ server: ServerProcess; readyMs: number; cpuMs: number }> {
  const port = await freePort();
  const started = performance.now();
  const server = new ServerProcess({
    name: app,
    command: process.execPath,
    args: ['--enable-source-maps', path.join(root, 'dist', `${APPS[app]?.entry}.js`)],
    cwd: root,
    env: { ...environment, ...APPS[app]?.environment, PORT: String(port) },
  });
  for (;;) {
    if (!server.running) throw new Error(`${app} ended before it was ready:\n${server.log}`);
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready)
      return { server, readyMs: performance.now() - started, cpuMs: usageOfTree(server.pid).cpuSeconds * 1_000 };
    await sleep(LOOK_MS);
  }
}

async function measure(app: string, environment: NodeJS.ProcessEnv): Promise<Footprint> {
  const { server, readyMs, cpuMs } = await launch(app, environment);
  try {
    const readyMib = residentMib(server.pid);
    await sleep(SETTLED_MS);
    return { app, readyMs, cpuMs, readyMib, settledMib: residentMib(server.pid) };
  } finally {
    await server.end();
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((app) => !Object.keys(APPS).some((name) => name.startsWith(app)));
if (unknown.length > 0)
  throw new Error(`no such app: ${unknown.join(', ')}; there are ${Object.keys(APPS).join(', ')}`);
const chosen = Object.keys(APPS).filter((app) => wanted.length === 0 || wanted.some((one) => app.startsWith(one)));

const directory = mkdtempSync(path.join(tmpdir(), 'wewall-footprint-'));
const postgres = await startThrowawayPostgres();
const redis = isInstalled('redis-server') ? await RedisServer.start(directory) : undefined;
if (!redis) console.error('no Redis: queues live in PostgreSQL');
const telegram = await TelegramSimulator.start();
const { PATH, HOME } = process.env;
const environment: NodeJS.ProcessEnv = {
  PATH,
  HOME,
  NODE_ENV: 'production',
  LOG_LEVEL: 'warn',
  DATABASE_URL: postgres.url,
  ...(redis && { REDIS_URL: redis.url }),
  WEWALL_DATA_DIR: path.join(directory, 'data'),
  FILES_SECRET: 'files-secret-of-the-footprint-command',
  VISITOR_SECRET: 'visitor-secret-of-the-footprint-command',
  TELEGRAM_API_ROOT: telegram.apiRoot,
  TELEGRAM_BOT_TOKEN: telegram.token,
};
try {
  const seed = new ServerProcess({
    name: 'seed',
    command: process.execPath,
    args: [path.join(root, 'dist/apps/core/src/cli/seed.js'), '--from', path.join(root, 'data')],
    cwd: root,
    env: environment,
  });
  while (seed.running) await sleep(50);
  if (chosen.some((app) => app.startsWith('all-in-one'))) {
    await (await launch('all-in-one (npm start)', environment)).server.end();
  }
  console.log(`load of the machine before: ${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} cores\n`);
  console.log(
    '| app | ready, ms | CPU until then, ms | memory when ready, MiB | after 10 s, MiB |\n|---|---|---|---|---|',
  );
  for (const app of chosen) {
    const { readyMs, cpuMs, readyMib, settledMib } = await measure(app, environment);
    console.log(`| ${[app, ...[readyMs, cpuMs, readyMib, settledMib].map(Math.round)].join(' | ')} |`);
  }
} finally {
  await telegram.stop();
  await redis?.process.end();
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
}
