import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { build } from '../../ci/build.mjs';
import { isInstalled } from './installed.js';
import { checkDelivery, type Delivery, eventually, Partner } from './partner.js';
import { Topology } from './topology.js';

const nginx = isInstalled('nginx');
const redis = isInstalled('redis-server');
if (!nginx) console.warn('SKIPPED: test/topology needs nginx (apt-get install nginx)');
if (!redis)
  console.warn('test/topology: no redis-server found, queues live in PostgreSQL (apt-get install redis-server)');

/** Messages one chat sends at most while a fault lasts. */
const MAX_MESSAGES = 200;
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

describe.skipIf(!nginx)('two of each process behind nginx on one database', () => {
  let database: TestDatabase;
  let topology: Topology;
  let partner: Partner;
  let key: string;

  beforeAll(async () => {
    await build();
    database = await createTestDatabase(inject('postgresUrl'));
    topology = await Topology.start({ databaseUrl: database.url, cores: 2, apis: 2, workers: 1, redis, nginx: true });
    const issued = await topology.command('apps/external-api/src/cli/keys', [
      'issue',
      '--name=topology',
      '--scopes=chats,manage,services',
      '--rate-limit=60000',
    ]);
    key = /^key: (\S+)$/m.exec(issued)?.[1] ?? '';
    partner = new Partner(topology.url, key);
  }, 120_000);

  afterAll(async () => {
    await topology?.stop();
    await database?.drop();
  }, 60_000);

  /** Chats that talk one message after another while `fault` happens; every message has its own id and text. */
  async function talkThrough(
    name: string,
    fault: () => Promise<void>,
  ): Promise<Delivery & { retries: number; failures: string[] }> {
    const failures: string[] = [];
    let faultDone = false;
    let retries = 0;
    const talk = async (chatId: string) => {
      const sent: { id: string; text: string }[] = [];
      for (let turn = 0; turn < MAX_MESSAGES && !(faultDone && turn >= 3); turn += 1) {
        const message = { id: `${chatId}-${turn}`, text: `Привет, это сообщение номер ${turn}` };
        sent.push(message);
        try {
          const answer = await partner.send(chatId, message.id, message.text);
          retries += answer.retries;
          if (answer.status !== 200 || !answer.replies?.length) failures.push(`${message.id}: ${answer.status}`);
        } catch (error) {
          failures.push(`${message.id}: ${String(error)}`);
        }
      }
      return checkDelivery(await partner.transcript(chatId), sent);
    };
    const chats = Array.from({ length: 12 }, (_, index) => talk(`${name}-${index}`));
    await sleep(300);
    await fault();
    await sleep(300);
    faultDone = true;
    const total: Delivery = { sent: 0, lost: 0, duplicated: 0, reordered: 0 };
    for (const one of await Promise.all(chats)) {
      total.sent += one.sent;
      total.lost += one.lost;
      total.duplicated += one.duplicated;
      total.reordered += one.reordered;
    }
    return { ...total, retries, failures };
  }

  const whole = { lost: 0, duplicated: 0, reordered: 0, failures: [] };

  it('runs on a configuration nginx itself accepts', async () => {
    expect(await topology.nginx?.test()).toContain('test is successful');
  });

  it.each([
    '/metrics',
    '/health/live',
    '/health/ready',
    '/operator/queues',
    '/api/../metrics',
    '/%6detrics',
    '//metrics',
    '/.env',
  ])('keeps %s inside', async (path) => {
    const response = await fetch(topology.url + path, { redirect: 'manual' });
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('wewall_');
  });

  it('carries a conversation and its jobs through REST', async () => {
    const search = await partner.send(
      'office',
      'm1',
      'хочу снять офис метров сто у Павелецкой, до полутора миллионов в месяц',
    );
    expect(search).toMatchObject({ status: 200 });
    const found = await partner.send('office', 'm2', 'ищи');
    expect(found.replies?.map(({ text }) => text).join('\n')).toMatch(/Лот 1 из \d+/);
    const valuation = await fetch(`${topology.url}/api/v1/valuations?wait=20000`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        kind: 'office',
        deal: 'sale',
        class: 'A',
        station: 'Павелецкая',
        walkMeters: 300,
        area: 120,
      }),
    });
    expect(valuation.status).toBe(200);
    expect(await valuation.json()).toMatchObject({ byCoefficients: { total: expect.any(Number) } });
    expect(checkDelivery(await partner.transcript('office'), [])).toMatchObject({ duplicated: 0 });
  });

  it('streams what another process stored', async () => {
    const [listening, posting] = topology.addresses('external-api');
    let open = false;
    const heard = new Partner(topology.url, key).listen('live', 1, () => {
      open = true;
    });
    expect(await eventually(() => open)).toBe(true);
    const direct = new Partner(`http://${listening}`, key).listen('live', 1, () => {});
    await new Partner(`http://${posting}`, key).send('live', 'm1', 'Здравствуйте');
    expect((await heard).length).toBeGreaterThan(0);
    expect((await direct).length).toBeGreaterThan(0);
  });

  it('serves the page, and a visitor of one process is known to the other', async () => {
    const page = await fetch(topology.url);
    expect(page.status).toBe(200);
    const assets = [...(await page.text()).matchAll(/(?:src|href)="(\/?assets\/[^"]+)"/g)].map((match) => match[1]);
    expect(assets.length).toBeGreaterThan(0);
    for (const asset of assets) expect((await fetch(new URL(asset ?? '', topology.url))).status).toBe(200);

    const [first, second] = topology.addresses('external-api');
    const mark = { 'x-wewall-chat': '1', 'content-type': 'application/json' };
    const opened = await fetch(`http://${first}/web/session`, { method: 'POST', headers: mark });
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    const posted = await fetch(`http://${second}/web/messages`, {
      method: 'POST',
      headers: { ...mark, cookie },
      body: JSON.stringify({ id: 'w1', text: 'Здравствуйте' }),
    });
    expect(posted.status).toBe(202);
    const answered = await eventually(async () => {
      const lines = await fetch(`${topology.url}/web/messages?after=0`, { headers: { ...mark, cookie } });
      return ((await lines.json()) as { author: string }[]).some(({ author }) => author === 'bot');
    });
    expect(answered).toBe(true);
  });

  it('takes an upload in one process and serves it by a signed link from the other', async () => {
    const [first, second] = topology.addresses('external-api');
    const uploadId = await partner.upload('план.pdf', PDF);
    await partner.send('files', 'm1', 'Вот план', { attachments: [{ uploadId }] });
    const [attachment] = (await partner.transcript('files')).flatMap((line) => line.attachments ?? []);
    const { pathname, search } = new URL(attachment?.url ?? '');
    for (const address of [topology.url, `http://${first}`, `http://${second}`]) {
      const file = await fetch(address + pathname + search);
      expect(file.status).toBe(200);
      expect(Buffer.from(await file.arrayBuffer()).equals(PDF)).toBe(true);
    }
    expect((await fetch(topology.url + pathname)).status).toBe(404);
  });

  it('loses nothing while nginx is reloaded again and again', async () => {
    const delivery = await talkThrough('reload', async () => {
      for (let round = 0; round < 4; round += 1) {
        await topology.nginx?.reload(topology.addresses('external-api').reverse());
        await sleep(300);
      }
    });
    console.info(`nginx reloaded 4 times under load: ${JSON.stringify(delivery)}`);
    expect(delivery).toMatchObject(whole);
  }, 90_000);

  it('loses nothing when an external-api is killed', async () => {
    const delivery = await talkThrough('killed', async () => {
      await topology.of('external-api')[0]?.server.end('SIGKILL');
      await sleep(500);
    });
    console.info(`an external-api killed under load: ${JSON.stringify(delivery)}`);
    // nginx itself repeats what the dead process had not answered: the client notices nothing.
    expect(delivery).toMatchObject({ ...whole, retries: 0 });
  }, 90_000);

  it('loses nothing while every process is replaced one by one', async () => {
    const delivery = await talkThrough('deploy', async () => {
      for (const app of ['core', 'external-api'] as const) {
        for (const old of topology.of(app)) {
          await topology.startApp(app);
          if (app === 'external-api') {
            const staying = topology.addresses(app).filter((address) => address !== old.address);
            await topology.nginx?.reload(staying);
            await sleep(300);
          }
          await old.server.end('SIGTERM');
        }
      }
    });
    console.info(`core and external-api replaced under load: ${JSON.stringify(delivery)}`);
    expect(delivery).toMatchObject(whole);
  }, 120_000);
});
