import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ChatsHost, openQueues, serveHttp } from '#libs/hosting';
import { KnowledgeBase, seedDocuments } from '#libs/knowledge';
import { CascadeUnderstander, LlmGateway, MemorySpendLedger } from '#libs/llm';
import { loadConfig, type OpenedPlatform, openPlatform, PlatformModule } from '#libs/platform';
import { createTestDatabase, hasRedis, OpenAiSimulator, RedisServer, type TestDatabase } from '#libs/testing';
import { createDialogHandler } from '../../apps/core/src/dialog-handler.js';
import { ExternalApiModule } from '../../apps/external-api/src/external-api.module.js';
import { StoryHouse } from '../../libs/testing/src/dialogues/story-house.js';

const DATA = path.join(import.meta.dirname, '../../data');
const QUESTION = 'какая средняя ставка аренды офисов в Москве?';
const FIRST = 'Средняя ставка аренды офисов — 34,5 тыс. ₽ за м² в год.';
const SECOND = 'Это на 38 % больше, чем годом раньше.';
const LIE = 'А через год ставка аренды офисов вырастет до 50 тыс. ₽ за м² в год.';
const POLL = { timeout: 20_000 };

/** One event of the stream. */
interface Heard {
  event: string;
  data: { text?: string; author?: string; inReplyTo?: string; owner?: string };
}

/** Lets a stream go on to a text; what is asked to be written beyond it waits. */
class Gate {
  private limit = '';
  private waiting: (() => void)[] = [];

  readonly pace = async (written: string): Promise<void> => {
    while (written.length >= this.limit.length) await new Promise<void>((resolve) => this.waiting.push(resolve));
  };

  open(text: string): void {
    this.limit = text;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

describe.each(['postgres', 'redis'] as const)(
  'an answer of a slow model, core and API in two processes over %s',
  (kind) => {
    const runs = kind === 'postgres' || hasRedis('drafts between processes');
    let database: TestDatabase;
    let redis: RedisServer | undefined;
    let folder: string;
    const processes: OpenedPlatform[] = [];
    let url: string;
    let answer = '';
    let gate: Gate;
    const simulator = new OpenAiSimulator({ answer: () => answer, pace: (written) => gate.pace(written) });

    beforeAll(async () => {
      if (!runs) return;
      database = await createTestDatabase(inject('postgresUrl'));
      redis = kind === 'redis' ? await RedisServer.start() : undefined;
      folder = mkdtempSync(path.join(tmpdir(), 'wewall-drafts-'));
      const open = async (app: string) => {
        const platform = await openPlatform(
          loadConfig({
            PORT: '0',
            LOG_LEVEL: 'fatal',
            WEWALL_DATA_DIR: folder,
            DATABASE_URL: database.url,
            ...(redis && { REDIS_URL: redis.url }),
          }),
          app,
        );
        processes.push(platform);
        return { platform, host: new ChatsHost(platform, await openQueues(platform), { crm: false }) };
      };
      const core = await open('core');
      await seedDocuments(core.platform.pool, path.join(DATA, 'knowledge'));
      const gateway = new LlmGateway(
        {
          apiKey: 'test-key',
          baseUrl: await simulator.start(),
          model: 'simulated',
          timeoutMs: 60_000,
          dailyBudgetKopecks: 10_000,
          inputRubPerMillion: 40,
          outputRubPerMillion: 160,
        },
        new MemorySpendLedger(),
      );
      const deps = {
        ...(await StoryHouse.open(DATA)).deps,
        understander: new CascadeUnderstander(gateway),
        knowledge: new KnowledgeBase(core.platform.pool, { gateway }),
      };
      core.host.serveTurns(createDialogHandler(deps, await core.host.chats.openCheckpointer(), 60_000));
      await core.host.start();

      const { platform, host } = await open('external-api');
      host.serveReaders();
      await host.start();
      const { pool, files, links, logger } = platform;
      const api = ExternalApiModule.register({
        chats: host.chats.store,
        pool,
        files,
        links,
        logger,
        visitorSecret: 'visitors',
        production: false,
      });
      url = await serveHttp(platform, { module: class Api {}, imports: [PlatformModule.forRoot(platform), api] });
    });
    afterAll(async () => {
      if (!runs) return;
      gate.open(answer);
      for (const platform of processes.reverse()) await platform.shutdown.run();
      await simulator.stop();
      await redis?.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    });

    const call = (route: string, init: RequestInit = {}) =>
      fetch(`${url}/api/v1/chats/${route}`, {
        ...init,
        headers: { authorization: 'Bearer dev', 'content-type': 'application/json' },
      });
    const post = (route: string, body: object) => call(route, { method: 'POST', body: JSON.stringify(body) });

    /** The stream of a chat, until the test ends it. */
    async function listen(chat: string): Promise<{ heard: Heard[]; end: () => Promise<void> }> {
      const stopper = new AbortController();
      const response = await call(`${chat}/events?after=0`, { signal: stopper.signal });
      const heard: Heard[] = [];
      let rest = '';
      const listening = (async () => {
        for await (const chunk of response.body ?? []) {
          const blocks = (rest + Buffer.from(chunk).toString('utf8')).split('\n\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) {
            const [event, data] = [/^event: (.*)$/m.exec(block)?.[1], /^data: (.*)$/m.exec(block)?.[1]];
            if (event && data) heard.push({ event, data: JSON.parse(data) });
          }
        }
      })().catch(() => {});
      return {
        heard,
        end: async () => {
          stopper.abort();
          await listening;
        },
      };
    }

    const unread = async (): Promise<number> => {
      const { rows } = await database.pool.query('select 1 from inbox where done_turn is null');
      return rows.length;
    };
    const drafts = (heard: readonly Heard[]) => heard.filter(({ event }) => event === 'draft').map(({ data }) => data);

    it.runIf(runs)('is seen sentence by sentence, each checked, and then said whole', async () => {
      gate = new Gate();
      answer = `${FIRST} [1] ${SECOND} [1] ${LIE} [1] И ещё слово. [1]`;
      const { heard, end } = await listen('grows');
      await post('grows/messages', { id: 'm-1', text: QUESTION });
      // A sentence is complete when the next one has begun.
      gate.open(`${FIRST} [1] ${SECOND.slice(0, 8)}`);
      await expect.poll(() => drafts(heard), POLL).toEqual([{ text: FIRST, inReplyTo: 'm-1' }]);
      expect(heard.filter(({ event, data }) => event === 'message' && data.author === 'bot')).toEqual([]);
      gate.open(`${FIRST} [1] ${SECOND} [1] ${LIE.slice(0, 8)}`);
      await expect.poll(() => drafts(heard).at(-1), POLL).toEqual({ text: `${FIRST} ${SECOND}`, inReplyTo: 'm-1' });
      gate.open(answer);
      await expect.poll(() => drafts(heard).at(-1), POLL).toEqual({ text: '' });
      // The lie is the end of the answer and was never shown; the message is there before the draft goes.
      expect(drafts(heard)).toHaveLength(3);
      const said = heard.findIndex(({ event, data }) => event === 'message' && data.author === 'bot');
      expect(heard[said]?.data.text).toContain(`${FIRST} ${SECOND}`);
      expect(heard[said]?.data.text).not.toContain('50 тыс');
      expect(heard.findIndex(({ event, data }) => event === 'draft' && data.text === '')).toBeGreaterThan(said);
      await end();
    });

    it.runIf(runs)('goes when a manager takes the chat, and is not said', async () => {
      gate = new Gate();
      answer = `${FIRST} [1] ${SECOND} [1] И ещё о ставке аренды офисов. [1]`;
      const { heard, end } = await listen('taken');
      await post('taken/messages', { id: 'm-1', text: QUESTION });
      gate.open(`${FIRST} [1] ${SECOND.slice(0, 8)}`);
      await expect.poll(() => drafts(heard).at(-1)?.text, POLL).toBe(FIRST);
      expect((await post('taken/owner', { owner: 'manager' })).status).toBe(200);
      await expect.poll(() => drafts(heard).at(-1)?.text, POLL).toBe('');
      gate.open(answer);
      // The overtaken turn has ended, and the manager's own has taken what is left.
      await expect.poll(unread, POLL).toBe(0);
      expect(drafts(heard).map(({ text }) => text)).toEqual([FIRST, '']);
      expect(await (await call('taken/messages')).json()).toMatchObject([{ author: 'client' }]);
      await end();
    });
  },
);
