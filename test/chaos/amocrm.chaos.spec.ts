import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createChats } from '#libs/chats';
import { CrmInbox, createCrm, setUpAccount } from '#libs/crm';
import { migrate } from '#libs/platform';
import { AmoCrmSimulator, createTestDatabase, freePort, type TestDatabase } from '#libs/testing';
import { until } from '../e2e/amocrm-stand.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CHATS = 5;
const ROUNDS = 5;

let database: TestDatabase;
let amocrm: AmoCrmSimulator;
let folder: string;
let child: ChildProcess | null = null;
let env: NodeJS.ProcessEnv;
let kills = 0;

async function boot(): Promise<void> {
  child = fork(path.join(ROOT, 'dist/test/chaos/amocrm-process.js'), {
    env,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (message !== 'ready') throw new Error('the process did not start');
}

async function kill(): Promise<void> {
  const victim = child;
  child = null;
  if (!victim || victim.exitCode !== null) return;
  kills += 1;
  const gone = once(victim, 'exit');
  victim.kill('SIGKILL');
  await gone;
}

beforeAll(async () => {
  execFileSync(process.execPath, ['ci/build.mjs'], { cwd: ROOT, stdio: 'ignore' });
  database = await createTestDatabase(inject('postgresUrl'), { max: 6 });
  await migrate(database.pool);
  amocrm = new AmoCrmSimulator();
  await amocrm.start();
  folder = mkdtempSync(path.join(tmpdir(), 'wewall-amocrm-chaos-'));
  const port = await freePort();
  amocrm.hooks.chatHookUrl = `http://127.0.0.1:${port}/location/:scope_id`;
  env = {
    PATH: process.env.PATH,
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PORT: String(port),
    WEWALL_DATA_DIR: folder,
    DATABASE_URL: database.url,
    AMOCRM_BASE_URL: amocrm.url,
    AMOCRM_CHATS_BASE_URL: amocrm.url,
    AMOCRM_TOKEN: amocrm.credentials.longLivedToken,
    AMOCRM_CHANNEL_ID: amocrm.state.channel.id,
    AMOCRM_CHANNEL_SECRET: amocrm.state.channel.secret,
    AMOCRM_CHANNEL_BOT_ID: amocrm.state.channel.botId,
  };
}, 90_000);
afterAll(async () => {
  if (child) await kill();
  await amocrm.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

it('loses, doubles and reorders nothing when the connector is killed and amoCRM fails', async () => {
  const { pool } = database;
  const { store } = createChats(pool, { crm: true });
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
  // The worst peer: it takes a repeated id for a new message.
  amocrm.faults.duplicateMsgid = 'new';
  const chatIds = Array.from({ length: CHATS }, (_, index) => `rest:chaos:${index}`);
  const said: string[] = [];
  await boot();
  for (let round = 0; round < ROUNDS; round++) {
    amocrm.faults.send.push('reset-after-commit', '503', '500-after-commit', 'reset-before');
    amocrm.faults.rest.push('503', 'reset-after-commit');
    await Promise.all(
      chatIds.map((chatId) =>
        store.ingestClientMessage({ chatId, channel: 'rest', id: `m${round}`, text: `вопрос ${round}` }),
      ),
    );
    await sleep(700 + round * 150);
    const killing = kill();
    // Hooks of managers meet a process that is being killed, or none: they are sent once and lost.
    for (const chatId of chatIds.slice(0, 2)) {
      const twin = state.chatByConversation(chatId);
      if (twin) said.push(amocrm.say(twin.id, { text: `менеджер ${round}` }));
    }
    await killing;
    await amocrm.hooks.settled();
    await boot();
  }
  const pending = async (target: string) =>
    (await pool.query(`select 1 from outbox where target = $1 and state = 'pending' limit 1`, [target])).rows.length >
    0;
  await until('the mirror has caught up', async () => !(await pending('crm')), 90_000);
  const inbox = new CrmInbox(pool);
  const compare = async (run: string) => {
    for (const chatId of chatIds) {
      await inbox.add({ kind: 'reconcile', key: `${run}:${chatId}`, lane: `reconcile:${chatId}`, body: { chatId } });
    }
    await until('they are compared', async () => (await inbox.backlog()).open === 0, 60_000);
  };
  await compare('first');
  await until('the mirror has caught up', async () => !(await pending('crm')), 60_000);
  await compare('second');

  const counts = { messages: 0, lost: 0, doubled: 0, reordered: 0, managersLost: 0, managersDoubled: 0, kills };
  for (const chatId of chatIds) {
    const ours = (await store.transcript(chatId, 0, 500)).map(({ author, text }) => `${author}: ${text}`);
    const theirs = (state.chatByConversation(chatId)?.messages ?? []).map(({ author, text }) => `${author}: ${text}`);
    const mirrored = theirs.filter((line) => !line.startsWith('manager'));
    const expected = ours.filter((line) => !line.startsWith('manager'));
    counts.messages += expected.length;
    counts.lost += expected.filter((line) => !mirrored.includes(line)).length;
    counts.doubled += mirrored.length - new Set(mirrored).size;
    counts.reordered += mirrored.filter((line, index) => line !== expected[index]).length;
    for (const line of theirs.filter((one) => one.startsWith('manager'))) {
      const copies = ours.filter((one) => one === line).length;
      if (copies === 0) counts.managersLost += 1;
      if (copies > 1) counts.managersDoubled += 1;
    }
  }
  process.stdout.write(`amoCRM chaos: ${JSON.stringify({ ...counts, managers: said.length })}\n`);
  expect(kills).toBe(ROUNDS);
  expect(said.length).toBeGreaterThan(0);
  expect(counts).toMatchObject({ lost: 0, doubled: 0, reordered: 0, managersLost: 0, managersDoubled: 0 });
}, 240_000);
