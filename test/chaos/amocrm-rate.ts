// Many chats talk at once while two processes of the connector mirror them over one database: how fast amoCRM is asked, how far
// the mirror falls behind, and whether it catches up without losing, doubling or reordering anything.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { createChats } from '#libs/chats';
import { createCrm, MirrorLag, setUpAccount } from '#libs/crm';
import { migrate } from '#libs/platform';
import { AmoCrmSimulator } from '#libs/testing';

export interface RateOptions {
  chats: number;
  /** Client messages in each chat; the bot answers each. */
  rounds: number;
  processes: number;
  databaseUrl: string;
  pool: pg.Pool;
  /** `dist/test/chaos/amocrm-process.js`. */
  processFile: string;
  /** Gives up after this long, ms. */
  limitMs: number;
  /** One line a report. */
  print: (line: string) => void;
}

export interface RateCounts {
  chats: number;
  messages: number;
  requests: number;
  seconds: number;
  /** Most requests of both systems within any second, as amoCRM counts. */
  busiestSecond: number;
  requestsPerSecond: number;
  refusedForRate: number;
  peakLagSeconds: number;
  peakUnsent: number;
  lost: number;
  doubled: number;
  reordered: number;
}

const REPORT_MS = 10_000;

export async function measureRate(options: RateOptions): Promise<RateCounts> {
  const { pool, print } = options;
  await migrate(pool);
  const amocrm = new AmoCrmSimulator();
  await amocrm.start();
  const folder = mkdtempSync(path.join(tmpdir(), 'wewall-amocrm-rate-'));
  const children: ChildProcess[] = [];
  try {
    const { state } = amocrm;
    const crm = createCrm(
      pool,
      {
        baseUrl: amocrm.url,
        chatsBaseUrl: amocrm.url,
        channelId: state.channel.id,
        channelSecret: state.channel.secret,
        channelBotId: state.channel.botId,
        auth: { token: amocrm.credentials.longLivedToken },
      },
      { sign: (fileId) => fileId },
    );
    await setUpAccount(
      { rest: crm.rest, chats: crm.chatsApi, store: crm.accounts },
      { title: 'WeWall', sourceExternalId: 'wewall_bot' },
    );
    for (let index = 0; index < options.processes; index += 1) {
      children.push(await startConnector(options, amocrm, path.join(folder, String(index))));
    }
    const { store } = createChats(pool, { crm: true });
    const lag = new MirrorLag(pool);
    const chatIds = Array.from({ length: options.chats }, (_, index) => `rest:rate:${index}`);
    const from = amocrm.arrivals.length;
    const started = Date.now();
    const peak = { seconds: 0, unsent: 0 };
    const watch = async () => {
      const { unsent, seconds, chats } = await lag.read();
      peak.seconds = Math.max(peak.seconds, seconds);
      peak.unsent = Math.max(peak.unsent, unsent);
      return { unsent, seconds, chats };
    };
    for (let round = 0; round < options.rounds; round += 1) {
      for (const chatId of chatIds) {
        await store.ingestClientMessage({ chatId, channel: 'rest', id: `m${round}`, text: `вопрос ${round}` });
      }
      await watch();
    }
    let reported = 0;
    for (;;) {
      const { unsent, seconds, chats } = await watch();
      const done = Date.now() - started;
      const { rows } = await pool.query('select 1 from inbox where done_turn is null limit 1');
      if (unsent === 0 && rows.length === 0) break;
      if (done > options.limitMs) throw new Error(`${unsent} rows of ${chats} chats are not mirrored after ${done} ms`);
      if (done - reported >= REPORT_MS) {
        reported = done;
        print(
          `${Math.round(done / 1_000)} s: mirror behind by ${Math.round(seconds)} s, ${unsent} rows of ${chats} chats to go, ` +
            `${amocrm.arrivals.length - from} requests, busiest second ${busiestSecond(amocrm.arrivals.slice(from))}`,
        );
      }
      await sleep(500);
    }
    const seconds = (Date.now() - started) / 1_000;
    const arrivals = amocrm.arrivals.slice(from);
    const counts: RateCounts = {
      chats: options.chats,
      messages: 0,
      requests: arrivals.length,
      seconds: Math.round(seconds),
      busiestSecond: busiestSecond(arrivals),
      requestsPerSecond: Math.round((arrivals.length / seconds) * 100) / 100,
      refusedForRate: amocrm.journal.filter(({ status }) => status === 429 || status === 403).length,
      peakLagSeconds: Math.round(peak.seconds),
      peakUnsent: peak.unsent,
      lost: 0,
      doubled: 0,
      reordered: 0,
    };
    for (const chatId of chatIds) {
      const ours = (await store.transcript(chatId, 0, 500)).map(({ author, text }) => `${author}: ${text}`);
      const theirs = (state.chatByConversation(chatId)?.messages ?? []).map(({ author, text }) => `${author}: ${text}`);
      counts.messages += ours.length;
      counts.lost += ours.filter((line) => !theirs.includes(line)).length;
      counts.doubled += theirs.length - new Set(theirs).size;
      counts.reordered += theirs.filter((line, index) => line !== ours[index]).length;
    }
    return counts;
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await amocrm.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Most of the moments (ms, ascending) within any half-open second. */
export function busiestSecond(moments: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [last, at] of moments.entries()) {
    while (at - (moments[first] ?? at) >= 1_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

async function startConnector(options: RateOptions, amocrm: AmoCrmSimulator, folder: string): Promise<ChildProcess> {
  const { state } = amocrm;
  const child = fork(options.processFile, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      PORT: '0',
      PATIENCE: 'product',
      WEWALL_DATA_DIR: folder,
      DATABASE_URL: options.databaseUrl,
      AMOCRM_BASE_URL: amocrm.url,
      AMOCRM_CHATS_BASE_URL: amocrm.url,
      AMOCRM_TOKEN: amocrm.credentials.longLivedToken,
      AMOCRM_CHANNEL_ID: state.channel.id,
      AMOCRM_CHANNEL_SECRET: state.channel.secret,
      AMOCRM_CHANNEL_BOT_ID: state.channel.botId,
    },
  });
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (message !== 'ready') throw new Error('a process of the connector did not start');
  return child;
}
