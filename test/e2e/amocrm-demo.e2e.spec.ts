import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Module } from '@nestjs/common';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createPostgresCatalogue, PostgresStore, seedCatalogue } from '#libs/estates';
import { ChatsHost, openQueues, serveHttp } from '#libs/hosting';
import { loadConfig, type OpenedPlatform, openPlatform, PlatformModule } from '#libs/platform';
import { AmoCrmSimulator, createTestDatabase, ManagerDesk, type TestDatabase } from '#libs/testing';
import { ChatConnectorModule, DemoManagerModule, openDemoCrm } from '../../apps/chat-connector/src/index.js';
import { openCore } from '../../apps/core/src/index.js';
import { until } from './amocrm-stand.js';

@Module({})
class DemoModule {}

interface DemoChat {
  id: string;
  conversationId: string;
  owner: string;
  isTalkOpen: boolean;
  lead: { stage: string; fields: { name: string; value: string }[] };
  messages: { id: string; author: string; text: string }[];
}

let database: TestDatabase;
let folder: string;
let platform: OpenedPlatform;
let amocrm: AmoCrmSimulator;
let host: ChatsHost;
let url: string;

async function start(seed: string): Promise<void> {
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PORT: '0',
    WEWALL_DATA_DIR: folder,
    DATABASE_URL: database.url,
    QUIET_WINDOW_MS: '50',
  });
  platform = await openPlatform(config, 'demo');
  const { pool, files, metrics, logger } = platform;
  await seedCatalogue(new PostgresStore(pool), path.resolve(import.meta.dirname, '../../data'));
  amocrm = new AmoCrmSimulator({ seed, limitPerSecond: 1_000 });
  amocrm.faults.editHooks = true;
  await amocrm.start();
  const demo = await openDemoCrm(platform, amocrm);
  host = new ChatsHost(platform, await openQueues(platform), { crm: true });
  const { store, outbox } = host.chats;
  await openCore(platform, host, createPostgresCatalogue(pool));
  const imports = [
    PlatformModule.forRoot(platform),
    ChatConnectorModule.register({
      ...demo,
      presence: host.chats.presence,
      habits: config.amocrm,
      pool,
      chats: store,
      outbox,
      files,
      metrics,
      logger,
    }),
    DemoManagerModule.register({ desk: new ManagerDesk(amocrm), chats: store }),
  ];
  await host.start();
  url = await serveHttp(platform, { module: DemoModule, imports });
  await demo.connectHooks(url);
}

async function stop(): Promise<void> {
  await platform.shutdown.run();
  await amocrm.stop();
}

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  folder = mkdtempSync(path.join(tmpdir(), 'wewall-demo-'));
  await start('first');
});
afterAll(async () => {
  await stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const chatsOnDesk = async () => (await (await fetch(`${url}/demo/manager/chats`)).json()) as DemoChat[];
const find = async (conversationId: string) =>
  (await chatsOnDesk()).find((chat) => chat.conversationId === conversationId);
const post = (address: string, body: object) =>
  fetch(`${url}/demo/manager/chats/${address}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const clientSays = (chatId: string, id: string, text: string) =>
  host.chats.store.ingestClientMessage({ chatId, channel: 'web', id, text });

it('serves the page under a policy without inline scripts', async () => {
  const page = await fetch(`${url}/demo/manager`);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(await page.text()).toContain('/demo/manager/assets/manager.js');
  for (const file of ['manager.js', 'manager.css']) {
    expect((await fetch(`${url}/demo/manager/assets/${file}`)).status).toBe(200);
  }
  expect((await fetch(`${url}/demo/manager/assets/..%2Findex.html`)).status).toBe(404);
});

it('shows a client to the manager, lets him answer and give the chat back; also after a restart', async () => {
  for (const run of ['first', 'second']) {
    if (run === 'second') {
      await stop();
      await start(run);
    }
    const chatId = 'web:demo';
    const kept = (await host.chats.store.transcript(chatId)).map(({ author, text }) => ({ author, text }));
    if (run === 'second') {
      // What was said before the restart is at the desk again, in order and once.
      expect(kept.length).toBeGreaterThan(3);
      await until('the manager sees what was', async () => (await find(chatId))?.messages.length === kept.length);
      const shown = ((await find(chatId))?.messages ?? []).map(({ author, text }) => ({
        author,
        text: text.split('\n')[0],
      }));
      expect(shown).toEqual(kept.map(({ author, text }) => ({ author, text: text.split('\n')[0] })));
      await until('the lead is filled in', async () => ((await find(chatId))?.lead.fields.length ?? 0) > 0);
    }
    await clientSays(chatId, `${run}-1`, 'Хочу снять офис у Павелецкой');
    await until('the manager sees both', async () => ((await find(chatId))?.messages.length ?? 0) >= kept.length + 2);
    const chat = await find(chatId);
    expect(chat).toMatchObject({ owner: 'bot', isTalkOpen: true, lead: { stage: 'Первый контакт' } });
    expect((await post(`${chat?.id}/messages`, { text: `Это менеджер, ${run}` })).status).toBe(204);
    await until('the client has it', async () =>
      (await host.chats.store.transcript(chatId)).some(({ text }) => text === `Это менеджер, ${run}`),
    );
    expect((await find(chatId))?.owner).toBe('manager');
    expect((await post(`${chat?.id}/close`, {})).status).toBe(204);
    await until('the bot has it', async () => (await find(chatId))?.owner === 'bot');
    expect((await post(`${chat?.id}/close`, {})).status).toBe(409);
    expect((await post(`${chat?.id}/typing`, {})).status).toBe(204);
    expect((await post(`${chat?.id}/read`, {})).status).toBe(409);
    const own = (await find(chatId))?.messages.findLast(({ author }) => author === 'manager');
    const change = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"text":"Поправка"}' };
    expect((await fetch(`${url}/demo/manager/messages/${own?.id}`, change)).status).toBe(204);
    expect((await fetch(`${url}/demo/manager/messages/nobody`, change)).status).toBe(404);
    await until('the client has the change', async () =>
      (await host.chats.store.transcript(chatId)).some(
        ({ author, text }) => author === 'manager' && text === 'Поправка',
      ),
    );
    expect((await post('nobody/messages', { text: 'x' })).status).toBe(404);
    expect((await post(`${chat?.id}/messages`, { text: ' ' })).status).toBe(400);
  }
});
