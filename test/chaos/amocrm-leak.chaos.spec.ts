import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { createChats, type OutboxItem } from '#libs/chats';
import { createCrm, setUpAccount } from '#libs/crm';
import { createLogger, FolderFileStore, hardenHttp, Metrics, migrate } from '#libs/platform';
import { AmoCrmSimulator, createTestDatabase, MANAGERS, type TestDatabase } from '#libs/testing';
import { ChatConnectorModule } from '../../apps/chat-connector/src/index.js';

const RACES = 1_000;
const TOGETHER = 25;
const SEND_LEASE_MS = 60_000;

/** Where the manager's hook found the bot. */
type Phase =
  | 'before the claim'
  | 'during the model call'
  | 'after the commit, before the send'
  | 'during the send'
  | 'after the send';

interface Race {
  runStarted?: number;
  runEnded?: number;
  sends: { claimedAt: number; startedAt: number; endedAt: number }[];
  hookAt: number;
  acceptedAt: number;
}

let database: TestDatabase;
let amocrm: AmoCrmSimulator;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  amocrm = new AmoCrmSimulator();
  await amocrm.start();
  folder = mkdtempSync(path.join(tmpdir(), 'wewall-leak-'));
});
afterEach(async () => {
  await amocrm.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Milliseconds of the wall clock with fractions: the clock of the database on the same machine. */
const now = () => performance.timeOrigin + performance.now();

/** A seeded generator: the moments of the races can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function phaseOf({ runStarted, runEnded, sends, hookAt }: Race): Phase {
  const send = sends[0];
  if (runStarted === undefined || hookAt < runStarted) return 'before the claim';
  if (runEnded === undefined || hookAt < runEnded) return 'during the model call';
  if (!send || hookAt < send.startedAt) return 'after the commit, before the send';
  return hookAt < send.endedAt ? 'during the send' : 'after the send';
}

it(`the bot says nothing after a manager's message was accepted: ${RACES} races`, async () => {
  const { pool } = database;
  const logger = createLogger({ level: 'silent', app: 'leak' });
  const metrics = new Metrics({ processMetrics: false });
  const chats = createChats(pool, { quietMs: 0, quietMaxMs: 0, sweepMs: 200, sendLeaseMs: SEND_LEASE_MS });
  const races = new Map<string, Race>();
  const moment = random(42);
  const raceOf = (chatId: string) => {
    const race = races.get(chatId);
    if (!race) throw new Error(`no race in ${chatId}`);
    return race;
  };
  const runner = await chats.createRunner({
    async run({ chatId, owner, events }) {
      const race = raceOf(chatId);
      if (owner === 'manager' || !events.some(({ kind }) => kind === 'client')) {
        return { effects: [], view: { scenario: null, step: null, slots: {} } };
      }
      race.runStarted ??= now();
      await sleep(20 + moment() * 100);
      race.runEnded ??= now();
      return {
        effects: [{ type: 'reply', message: { text: 'ответ' } }],
        view: { scenario: null, step: null, slots: {} },
      };
    },
    apology: () => ({ text: 'Ошибка' }),
  });
  chats.outbox.register({
    target: 'telegram',
    // Fewer than chats answered at a time: some replies wait between the commit and the send, where a manager may overtake them.
    concurrency: 4,
    unknownOutcome: 'park',
    async send(item: OutboxItem) {
      if (item.author !== 'bot') return {};
      const startedAt = now();
      const { rows } = await pool.query<{ claimed: number }>(
        `select (extract(epoch from leased_until) * 1000 - $2)::float8 as claimed from outbox where id = $1`,
        [item.id, SEND_LEASE_MS],
      );
      await sleep(moment() * 40);
      raceOf(item.chatId).sends.push({ claimedAt: rows[0]?.claimed ?? 0, startedAt, endedAt: now() });
      return {};
    },
  });
  const crm = createCrm(
    pool,
    {
      baseUrl: amocrm.url,
      chatsBaseUrl: amocrm.url,
      channelId: amocrm.state.channel.id,
      channelSecret: amocrm.state.channel.secret,
      channelBotId: amocrm.state.channel.botId,
      auth: { token: amocrm.credentials.longLivedToken },
    },
    { sign: (fileId) => fileId },
  );
  const account = await setUpAccount(
    { rest: crm.rest, chats: crm.chatsApi, store: crm.accounts },
    { title: 'WeWall', sourceExternalId: 'wewall_bot' },
  );
  const connector = ChatConnectorModule.register({
    presence: chats.presence,
    habits: { resumePhrases: [], stopPhrases: [], mediaDomains: [] },
    crm,
    pool,
    chats: chats.store,
    outbox: chats.outbox,
    files: new FolderFileStore(folder),
    metrics,
    logger,
  });
  const app = await NestFactory.create<NestExpressApplication>(connector, {
    logger: false,
    rawBody: true,
    bodyParser: false,
  });
  hardenHttp(app, { logger, metrics, corsOrigins: [] });
  await app.listen(0, '127.0.0.1');
  const url = `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/location/${account.scopeId}`;
  runner.start();
  chats.outbox.start();

  async function managerWrites(chatId: string, index: number): Promise<void> {
    const body = JSON.stringify({
      account_id: account.amojoId,
      time: Math.floor(Date.now() / 1_000),
      message: {
        sender: { id: MANAGERS[0].amojo_id },
        conversation: { id: `amojo-${index}`, client_id: chatId },
        msec_timestamp: Date.now(),
        message: { id: `message-${index}`, type: 'text', text: 'Это менеджер' },
      },
    });
    const signature = createHmac('sha1', amocrm.state.channel.secret).update(body).digest('hex');
    const race = raceOf(chatId);
    race.hookAt = now();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-signature': signature },
      body,
    });
    race.acceptedAt = now();
    expect(response.status).toBe(200);
  }

  async function race(index: number): Promise<void> {
    const chatId = `telegram:${index}`;
    races.set(chatId, { sends: [], hookAt: 0, acceptedAt: 0 });
    await pool.query('insert into crm_chats (chat_id, amojo_chat_id) values ($1, $2)', [chatId, `amojo-${index}`]);
    await chats.store.ingestClientMessage({ chatId, channel: 'telegram', id: 'm', text: 'вопрос' });
    await sleep(moment() * 200);
    await managerWrites(chatId, index);
  }

  const started = performance.now();
  for (let first = 0; first < RACES; first += TOGETHER) {
    await Promise.all(Array.from({ length: TOGETHER }, (_, offset) => race(first + offset)));
  }
  // Whatever could still be said gets the time to be said.
  await sleep(1_500);
  const seconds = (performance.now() - started) / 1_000;
  await app.close();
  await runner.stop();
  await chats.outbox.stop();

  const phases: Partial<Record<Phase, number>> = {};
  const counts = { before: 0, onTheWire: 0, leaked: 0 };
  for (const one of races.values()) {
    const phase = phaseOf(one);
    phases[phase] = (phases[phase] ?? 0) + 1;
    for (const { claimedAt, endedAt } of one.sends) {
      if (claimedAt > one.acceptedAt) counts.leaked += 1;
      else if (endedAt > one.acceptedAt) counts.onTheWire += 1;
      else counts.before += 1;
    }
  }
  const { rows } = await pool.query<{ state: string; n: number }>(
    `select state, count(*)::int as n from outbox where author = 'bot' and target = 'telegram' group by state`,
  );
  const managers = await pool.query<{ n: number }>(
    `select count(distinct t.chat_id)::int as n from transcript t join chats c on c.id = t.chat_id
     where t.author = 'manager' and c.owner = 'manager'`,
  );
  process.stdout.write(
    `leak: ${JSON.stringify({ races: races.size, seconds: Math.round(seconds), ...counts, phases, outbox: rows })}\n`,
  );
  expect(managers.rows[0]?.n).toBe(RACES);
  expect(counts.leaked).toBe(0);
  // The races met the bot in every phase, otherwise nothing was tried.
  for (const phase of ['during the model call', 'after the commit, before the send', 'during the send'] as const) {
    expect(phases[phase] ?? 0).toBeGreaterThan(10);
  }
  expect(counts.before).toBeGreaterThan(10);
  expect(rows.find(({ state }) => state === 'cancelled')?.n ?? 0).toBeGreaterThan(0);
}, 120_000);
