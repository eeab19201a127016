import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  AmoCrmSimulator,
  createTestDatabase,
  OpenAiSimulator,
  TelegramSimulator,
  type TestDatabase,
} from '#libs/testing';
import { RunningProduct } from '../e2e/running-product.js';
import { runCommand } from './command.js';

/** Seeded into everything that must not be seen outside; what is looked for afterwards. */
const TEXT = 'МАРКЕРТЕКСТА';
const NAME = 'МАРКЕРИМЕНИ';
const PHONE = '+7 916 555-77-31';
const PHONE_FORMS = [PHONE, '555-77-31', '9165557731', '5557731'];
const secret = (name: string) => `sEcReTmArKeR${name}${'x'.repeat(24)}`;
const SECRETS = {
  OPENAI_API_KEY: secret('model'),
  AMOCRM_HOOK_TOKEN: secret('hook'),
  AMOCRM_HOOK_TOKEN_PREVIOUS: secret('former-hook'),
  OPERATOR_KEY: secret('operator'),
  VISITOR_SECRET: secret('visitors'),
  VISITOR_SECRET_PREVIOUS: secret('former-visitors'),
  FILES_SECRET: secret('files'),
};
const TELEGRAM_TOKEN = `7000001:${secret('telegram')}`;
const DATABASE_PASSWORD = secret('database');

describe('secrets, clients’ words and phones', () => {
  const role = `runtime_${randomBytes(4).toString('hex')}`;
  let folder: string;
  let database: TestDatabase;
  let product: RunningProduct;
  let telegram: TelegramSimulator;
  let model: OpenAiSimulator;
  let amocrm: AmoCrmSimulator;
  let receiver: Server;
  let collector: Server;
  let traces = '';
  let problems = '';
  let issued = '';

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-leaks-'));
    database = await createTestDatabase(inject('postgresUrl'));
    telegram = await TelegramSimulator.start({ token: TELEGRAM_TOKEN });
    model = new OpenAiSimulator({ apiKey: SECRETS.OPENAI_API_KEY, answer: () => ({}) });
    model.fault = 'server-error';
    const modelUrl = await model.start();
    amocrm = new AmoCrmSimulator();
    const amocrmUrl = await amocrm.start();
    receiver = createServer((_request, response) => response.writeHead(500).end(TEXT));
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    collector = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => {
        traces += chunk.toString('utf8');
      });
      request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const owner = { DATABASE_URL: database.url, WEWALL_DATA_DIR: path.join(folder, 'owner') };
    await runCommand('apps/core/src/cli/runtime-role', ['--role', role], owner);
    await database.pool.query(`alter role ${role} password '${DATABASE_PASSWORD}'`);
    const url = new URL(database.url);
    url.username = role;
    url.password = DATABASE_PASSWORD;
    const environment = {
      ...SECRETS,
      DATABASE_URL: url.href,
      LOG_LEVEL: 'trace',
      QUIET_WINDOW_MS: '0',
      OPENAI_BASE_URL: modelUrl,
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.apiRoot,
      AMOCRM_BASE_URL: amocrmUrl,
      AMOCRM_CHATS_BASE_URL: amocrmUrl,
      AMOCRM_TOKEN: amocrm.credentials.longLivedToken,
      AMOCRM_CHANNEL_ID: amocrm.state.channel.id,
      AMOCRM_CHANNEL_SECRET: amocrm.state.channel.secret,
      AMOCRM_CHANNEL_BOT_ID: amocrm.state.channel.botId,
      OUTBOUND_ALLOWED_NETWORKS: '127.0.0.1/32',
      WEBHOOK_RETRY_MS: '10',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_TRACES_SAMPLER: 'always_on',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    };
    await runCommand('apps/core/src/cli/seed', ['--from', 'data'], owner);
    await runCommand('apps/chat-connector/src/cli/setup', [], {
      ...environment,
      WEWALL_DATA_DIR: owner.WEWALL_DATA_DIR,
    });
    const keys = await runCommand(
      'apps/external-api/src/cli/keys',
      ['create', '--name', 'leaks', '--scopes', 'chats,manage,services,webhooks'],
      { DATABASE_URL: url.href, WEWALL_DATA_DIR: owner.WEWALL_DATA_DIR },
    );
    issued = /key: (\S+)/.exec(keys)?.[1] ?? '';
    product = await RunningProduct.start(path.join(folder, 'data'), environment);
  }, 180_000);
  afterAll(async () => {
    await product?.stop();
    await Promise.all([telegram.stop(), model.stop(), amocrm.stop()]);
    receiver.close();
    collector.closeAllConnections();
    collector.close();
    await database.pool.query(`drop owned by ${role}`);
    await database.pool.query(`drop role ${role}`);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = async (route: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> => {
    const response = await fetch(`${product.url}${route}`, {
      ...(body !== undefined && { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: { authorization: `Bearer ${issued}`, 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(60_000),
    });
    if (response.headers.get('content-type')?.includes('problem+json'))
      problems += `${await response.clone().text()}\n`;
    return response;
  };

  it('run through every channel of processes that may only read and write rows', async () => {
    const chat = '/api/v1/chats/leaks/messages';
    const hook = await (
      await call('/api/v1/webhooks', { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/${TEXT}` })
    ).json();
    expect(hook.secret).toMatch(/^whsec_/);
    const profile = { name: NAME, phone: PHONE };
    for (const text of [`Хочу снять офис ${TEXT}`, `мой номер ${PHONE}`, `посчитай ${TEXT} окупаемость`, 'менеджера']) {
      const said = await call(`${chat}?wait=20000`, { id: `m-${text.length}`, text, profile });
      expect([200, 202]).toContain(said.status);
    }
    // What is refused is refused without being repeated.
    for (const [route, body] of [
      [chat, `{"id": "${TEXT} ${PHONE}`],
      [chat, { id: `${TEXT} ${PHONE}`, text: 'a' }],
      [chat, { id: '1', text: { x: `${TEXT} ${PHONE}` } }],
      [chat, { id: '2', attachments: [{ url: `https://10.0.0.1/${TEXT}` }] }],
      [chat, { id: '3', attachments: [{ uploadId: `${TEXT}` }] }],
      ['/api/v1/chats/leaks/owner', { owner: TEXT }],
      ['/api/v1/valuations', { kind: TEXT, deal: PHONE, class: 'A', station: TEXT, walkMeters: 1, area: TEXT }],
      ['/api/v1/webhooks', { url: `https://user:${TEXT}@example.org/` }],
      [`/api/v1/jobs/${encodeURIComponent(TEXT)}`, undefined],
    ] as const) {
      expect((await call(route, body)).status).toBeGreaterThanOrEqual(400);
    }
    expect((await call(chat, { id: '4', text: 'a' }, { authorization: `Bearer ${secret('wrong-key')}` })).status).toBe(
      401,
    );
    expect(
      (await call('/webhooks/telegram', { update_id: 1 }, { 'x-telegram-bot-api-secret-token': secret('wrong') }))
        .status,
    ).toBe(404);
    expect(
      (
        await call(`/webhooks/amocrm/${secret('wrong-hook')}`, `note=${TEXT}`, {
          'content-type': 'application/x-www-form-urlencoded',
        })
      ).status,
    ).toBe(403);
    expect((await call('/location/scope', { text: TEXT }, { 'x-signature': secret('signature') })).status).toBe(403);
    const session = await fetch(`${product.url}/web/session`, { method: 'POST', headers: { 'x-wewall-chat': '1' } });
    const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const page = { 'x-wewall-chat': '1', cookie };
    expect((await call('/web/messages', { id: 'w', text: `${TEXT} ${PHONE}` }, page)).status).toBe(202);
    const client = telegram.client(4_242_001);
    client.says(`${TEXT}, ${NAME}, ${PHONE}`);
    await expect
      .poll(() => telegram.api.accepted.filter(({ chatId }) => chatId === 4_242_001).length, { timeout: 20_000 })
      .toBeGreaterThan(0);
    // Connections that break under queries in flight.
    const working = Array.from({ length: 10 }, (_, index) =>
      call(`/api/v1/chats/broken-${index}/messages?wait=3000`, { id: 'b', text: `${TEXT} ${PHONE}` }),
    );
    await database.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [role]);
    await Promise.allSettled(working);
    await expect.poll(async () => (await call('/health/ready')).status, { timeout: 20_000 }).toBe(200);
    await expect
      .poll(async () => (await (await call(`/api/v1/webhooks/${hook.id}`)).json()).failingSince, { timeout: 20_000 })
      .not.toBeNull();
  }, 180_000);

  it('are in no log line, no metric, no trace and no problem', async () => {
    const metrics = await (await fetch(`${product.url}/metrics`)).text();
    await expect.poll(() => traces.length, { timeout: 20_000 }).toBeGreaterThan(1_000);
    const outside = { log: product.output, metrics, traces, problems };
    expect(product.output.split('\n').length).toBeGreaterThan(50);
    expect(problems.split('\n').length).toBeGreaterThan(10);
    const markers = [
      TEXT,
      NAME,
      ...PHONE_FORMS,
      'sEcReTmArKeR',
      issued,
      amocrm.credentials.longLivedToken,
      amocrm.state.channel.secret,
    ];
    for (const [where, text] of Object.entries(outside)) {
      for (const marker of markers) {
        const at = text.indexOf(marker);
        expect(at < 0 ? null : `${where}: …${text.slice(Math.max(0, at - 200), at + 60)}…`).toBeNull();
      }
    }
  });

  it('are in the database, where they belong: what was looked for was really said', async () => {
    const { rows } = await database.pool.query<{ channel: string; said: boolean }>(
      `select c.channel, bool_or(t.content::text like $1) as said from chats c join transcript t on t.chat_id = c.id
       where t.author = 'client' group by 1 order by 1`,
      [`%${TEXT}%`],
    );
    expect(rows).toEqual([
      { channel: 'rest', said: true },
      { channel: 'telegram', said: true },
      { channel: 'web', said: true },
    ]);
    const { rows: users } = await database.pool.query<{ users: string[] }>(
      `select array_agg(distinct usename::text) as users from pg_stat_activity
       where datname = current_database() and application_name like 'wewall-%'`,
    );
    expect(users[0]?.users).toEqual([role]);
  });
});
