import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { AmoCrmSimulator, createTestDatabase, TelegramSimulator, type TestDatabase } from '#libs/testing';
import { build } from '../../ci/build.mjs';
import { Partner } from './partner.js';
import { Topology } from './topology.js';

const CLIENT = 4_242_007;
const HOOK_TOKEN = 'hook-token-of-the-runtime-role';
const WAIT = { timeout: 30_000, interval: 100 };
/** What PostgreSQL says to a role that may not: with its SQLSTATE in the logged error, or in words. */
const REFUSED = /42501|permission denied|must be owner|must be superuser/i;

describe('every app as the role that may read and write rows and nothing else', () => {
  const role = `runtime_${randomBytes(4).toString('hex')}`;
  const delivered: string[] = [];
  let database: TestDatabase;
  let amocrm: AmoCrmSimulator;
  let telegram: TelegramSimulator;
  let receiver: Server;
  let topology: Topology;
  let key: string;

  beforeAll(async () => {
    await build();
    database = await createTestDatabase(inject('postgresUrl'));
    amocrm = new AmoCrmSimulator();
    const amocrmUrl = await amocrm.start();
    telegram = await TelegramSimulator.start();
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        delivered.push(body);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const runtime = new URL(database.url);
    runtime.username = role;
    runtime.password = randomBytes(12).toString('hex');
    topology = await Topology.start({
      databaseUrl: runtime.href,
      ownerUrl: database.url,
      cores: 1,
      apis: 1,
      workers: 1,
      // The queues' own tables are in PostgreSQL then: more rights are needed than with Redis.
      redis: false,
      nginx: false,
      environment: {
        TELEGRAM_BOT_TOKEN: telegram.token,
        TELEGRAM_API_ROOT: telegram.apiRoot,
        AMOCRM_BASE_URL: amocrmUrl,
        AMOCRM_CHATS_BASE_URL: amocrmUrl,
        AMOCRM_TOKEN: amocrm.credentials.longLivedToken,
        AMOCRM_CHANNEL_ID: amocrm.state.channel.id,
        AMOCRM_CHANNEL_SECRET: amocrm.state.channel.secret,
        AMOCRM_CHANNEL_BOT_ID: amocrm.state.channel.botId,
        AMOCRM_HOOK_TOKEN: HOOK_TOKEN,
        OUTBOUND_ALLOWED_NETWORKS: '127.0.0.1/32',
        // Networks for pictures take long to warm up; what they write is rows as well.
        WORKER_QUEUES: 'calculator,analog-search',
        TRANSCRIPT_RETENTION_DAYS: '3650',
      },
    });
    await topology.command('apps/chat-connector/src/cli/setup');
    const connector = await topology.startApp('chat-connector');
    // Once more, now that the address for hooks of the CRM is known.
    await topology.command('apps/chat-connector/src/cli/setup', [], undefined, {
      PUBLIC_URL: `http://${connector.address}`,
    });
    amocrm.hooks.chatHookUrl = `http://${connector.address}/location/:scope_id`;
    await Promise.all([topology.startApp('telegram-bot'), topology.startApp('scheduler')]);
    const scopes = 'chats,manage,services,webhooks';
    const keys = await topology.command('apps/external-api/src/cli/keys', [
      'create',
      '--name',
      'role',
      '--scopes',
      scopes,
    ]);
    key = /^key: (\S+)$/m.exec(keys)?.[1] ?? '';
  }, 240_000);

  afterAll(async () => {
    await topology?.stop();
    await Promise.all([telegram?.stop(), amocrm?.stop()]);
    receiver?.closeAllConnections();
    receiver?.close();
    if (database) {
      await database.pool.query(`drop owned by ${role}`).catch(() => {});
      await database.pool.query(`drop role if exists ${role}`);
      await database.drop();
    }
  }, 60_000);

  const call = (route: string, body: object): Promise<Response> =>
    fetch(`${topology.url}/api/v1${route}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  /** What the client sees in Telegram, in one text. */
  const seen = () => telegram.client(CLIENT).sees().join('\n');
  const twin = () => amocrm.state.chatByConversation(`telegram:${CLIENT}`);

  it('a client finds a lot by a job, the CRM has it, and a manager takes over and gives back', async () => {
    const client = telegram.client(CLIENT);
    client.says('Хочу снять офис метров сто у Павелецкой, до полутора миллионов в месяц');
    await expect.poll(seen, WAIT).toMatch(/Павелецк/);
    client.says('ищи');
    await expect.poll(seen, WAIT).toMatch(/Лот 1 из \d+/);
    await expect.poll(() => twin()?.messages.length ?? 0, WAIT).toBeGreaterThanOrEqual(4);
    await expect.poll(() => amocrm.state.leadOfContact(twin()?.contactId ?? 0)?.id, WAIT).toBeGreaterThan(0);
    amocrm.say(twin()?.id ?? '', { text: 'Добрый день, это Анна' });
    await expect.poll(seen, WAIT).toContain('Добрый день, это Анна');
    amocrm.closeTalk(twin()?.id ?? '');
    const owner = async () =>
      (await database.pool.query('select owner from chats where id = $1', [`telegram:${CLIENT}`])).rows[0]?.owner;
    await expect.poll(owner, WAIT).toBe('bot');
  }, 120_000);

  it('a partner talks, uploads, computes and gets webhooks', async () => {
    const { port } = receiver.address() as AddressInfo;
    expect((await call('/webhooks', { url: `http://127.0.0.1:${port}/hook` })).status).toBe(201);
    const partner = new Partner(topology.url, key);
    const uploadId = await partner.upload('plan.pdf', Buffer.from('%PDF-1.4\ntrailer<<>>\n%%EOF\n'));
    const said = await partner.send('role', 'm1', 'Здравствуйте', { attachments: [{ uploadId }] });
    expect(said).toMatchObject({ status: 200 });
    await expect.poll(() => delivered.length, WAIT).toBeGreaterThan(0);
    const valuation = await call('/valuations?wait=30000', {
      ...{ kind: 'office', deal: 'sale', class: 'A', station: 'Павелецкая (Замоскворецкая)' },
      ...{ walkMeters: 300, area: 120 },
    });
    expect([valuation.status, await valuation.json()]).toEqual([
      200,
      expect.objectContaining({ byCoefficients: expect.objectContaining({ total: expect.any(Number) }) }),
    ]);
    const finance = await call('/finance-models?wait=30000', {
      ...{
        model: 'retail-ready',
        area: 100,
        pricePerM2: 300_000,
        fitOut: 'shell',
        monthlyRent: 400_000,
        vatPercent: 5,
      },
    });
    expect(finance.status).toBe(200);
    expect((await call('/chats/role/owner', { owner: 'manager' })).status).toBeLessThan(300);
  }, 120_000);

  it('dated work runs', async () => {
    const runs = async () =>
      (
        await database.pool.query<{ task: string; ok: boolean }>(
          `select task, bool_and(error is null and finished_at is not null) as ok from scheduled_runs group by 1 order by 1`,
        )
      ).rows;
    // Every task has a slot that has begun, so all of them run when the first scheduler starts; the daily summary is one.
    await expect.poll(async () => (await runs()).filter(({ ok }) => ok).length, WAIT).toBeGreaterThanOrEqual(8);
  }, 60_000);

  it('an operator looks, and a client is forgotten', async () => {
    for (const [entry, ...args] of [
      ['apps/external-api/src/cli/keys', 'list'],
      ['apps/external-api/src/cli/webhooks', 'list'],
      ['libs/chats/src/cli/dead-letters', 'list'],
      ['libs/queues/src/cli/jobs', 'failed'],
      ['libs/queues/src/cli/jobs', 'depth'],
      ['libs/platform/src/cli/migrate', '--wait', '5'],
      ['apps/chat-connector/src/cli/doctor'],
    ] as const) {
      expect(await topology.command(entry, args)).not.toMatch(REFUSED);
    }
    const chat = `telegram:${CLIENT}`;
    const forget = (...more: string[]) =>
      topology.command('apps/core/src/cli/client-forget', ['--chat', chat, ...more]);
    expect(await forget('--yes')).toMatch(/transcript: [1-9]/);
    expect(await forget('--check')).toContain('forgotten at');
    const { rows } = await database.pool.query(
      `select (select count(*) from transcript where chat_id = $1)::int as transcript,
         (select count(*) from crm_chats where chat_id = $1)::int as crm`,
      [chat],
    );
    expect(rows).toEqual([{ transcript: 0, crm: 0 }]);
  }, 120_000);

  it('nobody was somebody else, and nothing was refused', async () => {
    const { rows } = await database.pool.query<{ apps: string[]; roles: string[] }>(
      `select array_agg(distinct application_name order by application_name) as apps, array_agg(distinct usename::text) as roles
       from pg_stat_activity where datname = current_database() and application_name like 'wewall-%'`,
    );
    expect(rows[0]?.roles).toEqual([role]);
    const wanted = ['chat-connector', 'core', 'external-api', 'scheduler', 'telegram-bot', 'worker'];
    expect(rows[0]?.apps).toEqual(expect.arrayContaining(wanted.map((app) => `wewall-${app}`)));
    const refused = topology.apps.filter(({ server }) => REFUSED.test(server.log));
    expect(refused.map(({ server }) => `${server.name}:\n${server.log}`)).toEqual([]);
    expect(topology.apps.filter(({ server }) => !server.running)).toEqual([]);
  });
});
