import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { createTestDatabase, freePort, ServerProcess, type TestDatabase } from '#libs/testing';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CHATS = 10;
const MESSAGES = 60;
/** Deliveries of one process that may be on the wire when it dies. */
const IN_FLIGHT = 8;

interface Received {
  id: string;
  chatId: string;
  seq: number;
}

describe('webhooks of two real processes that are killed and frozen', () => {
  let folder: string;
  let database: TestDatabase;
  let receiver: Server;
  const received: Received[] = [];
  const processes: { server: ServerProcess; url: string }[] = [];

  const startApi = async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = new ServerProcess({
      name: `external-api-${processes.length}`,
      command: process.execPath,
      args: ['ci/run.mjs', 'apps/external-api/src/main'],
      cwd: ROOT,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        NODE_ENV: 'development',
        LOG_LEVEL: 'warn',
        PORT: String(port),
        DATABASE_URL: database.url,
        WEWALL_DATA_DIR: path.join(folder, String(port)),
        OUTBOUND_ALLOWED_NETWORKS: '127.0.0.1/32',
        // A lease lasts twice as long and ten seconds: what a dead process held is free after that.
        WEBHOOK_TIMEOUT_MS: '1500',
        WEBHOOK_RETRY_MS: '50',
      },
    });
    await server.until(async () => (await fetch(`${url}/health/ready`)).ok);
    const started = { server, url };
    processes.push(started);
    return started;
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'wewall-webhook-chaos-'));
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
    receiver = createServer((request, response) => {
      let raw = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        raw += chunk;
      });
      request.on('end', () => {
        const { id, chatId, message } = JSON.parse(raw);
        received.push({ id, chatId, seq: message.seq });
        setTimeout(() => response.end(), 10);
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    for (const { server } of processes) {
      server.signal('SIGCONT');
      await server.end();
    }
    receiver.closeAllConnections();
    receiver.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The bot says something, as a turn commits it. */
  const say = (chat: number, seq: number) =>
    database.pool.query(
      `insert into transcript (chat_id, seq, author, content) values ($1, $2::int, 'bot', json_build_object('text', $2::int::text))`,
      [`rest:dev:c${chat}`, seq],
    );
  const taken = () => new Set(received.map(({ id }) => id)).size;
  const until = async (count: number, ms: number) => {
    const deadline = Date.now() + ms;
    while (taken() < count && Date.now() < deadline) await sleep(50);
    expect(taken()).toBeGreaterThanOrEqual(count);
  };

  it('loses nothing, keeps the order of every chat and repeats no more than was on the wire', async () => {
    const [first, second] = [await startApi(), await startApi()];
    const { port } = receiver.address() as AddressInfo;
    const registered = await fetch(`${first.url}/api/v1/webhooks`, {
      method: 'POST',
      headers: { authorization: 'Bearer dev', 'content-type': 'application/json' },
      body: JSON.stringify({ url: `http://127.0.0.1:${port}/`, events: ['message'] }),
    });
    expect(registered.status).toBe(201);
    const total = CHATS * MESSAGES;
    const saying = (async () => {
      for (let seq = 1; seq <= MESSAGES; seq += 1) {
        await Promise.all(Array.from({ length: CHATS }, (_, chat) => say(chat, seq)));
        await sleep(20);
      }
    })();
    await until(total / 6, 30_000);
    second.server.signal('SIGSTOP');
    await until(total / 3, 60_000);
    await first.server.end('SIGKILL');
    const killedAt = Date.now();
    second.server.signal('SIGCONT');
    await saying;
    await startApi();
    await until(total, 90_000);
    const recovered = Date.now() - killedAt;
    await sleep(1_500);
    const repeated = received.length - total;
    const firstTime = received.filter(({ id }, index) => received.findIndex((one) => one.id === id) === index);
    const disordered = Array.from({ length: CHATS }, (_, chat) =>
      firstTime.filter(({ chatId }) => chatId === `c${chat}`).map(({ seq }) => seq),
    ).filter((order) => order.some((seq, index) => seq !== index + 1)).length;
    console.info(
      `webhooks: ${total} events, 1 process killed, 1 frozen: lost ${total - taken()}, reordered chats ${disordered}, ` +
        `repeated ${repeated}, all delivered ${(recovered / 1_000).toFixed(1)} s after the kill`,
    );
    expect([taken(), disordered]).toEqual([total, 0]);
    const { rows } = await database.pool.query<{ state: string; count: number; retried: number }>(
      `select state, count(*)::int as count, sum(attempts - 1)::int as retried from webhook_deliveries group by 1`,
    );
    expect(rows).toMatchObject([{ state: 'sent', count: total }]);
    // Each of the two processes may have had that many on the wire; the rest are attempts this busy machine answered late.
    expect(repeated).toBeLessThanOrEqual(2 * IN_FLIGHT + (rows[0]?.retried ?? 0));
  }, 240_000);
});
