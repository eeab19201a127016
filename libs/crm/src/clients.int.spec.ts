import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrate } from '#libs/platform';
import { AmoCrmSimulator, createTestDatabase, type TestDatabase } from '#libs/testing';
import { ChatsApi } from './chats-api/client.js';
import type { NewMessage, OurId } from './chats-api/types.js';
import { CrmNoAnswerError, CrmRefusedError } from './outcome.js';
import { SharedBreaker } from './rest-api/breaker.js';
import { RestTransport } from './rest-api/client.js';
import { SharedLimiter } from './rest-api/limiter.js';
import { RestApi } from './rest-api/rest-api.js';
import { LongLivedToken, OAuthTokens } from './rest-api/tokens.js';

describe('amoCRM clients against the simulator', () => {
  let database: TestDatabase;
  let simulator: AmoCrmSimulator;
  let url: string;

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'));
    await migrate(database.pool);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    simulator = new AmoCrmSimulator();
    url = await simulator.start();
  });
  afterEach(() => simulator.stop());

  const chatsApi = (secret = simulator.state.channel.secret, now?: () => Date) =>
    new ChatsApi(
      { baseUrl: url, channelId: simulator.state.channel.id, channelSecret: secret, timeoutMs: 300 },
      now ? { now } : {},
    );
  const message = (msgid: string): NewMessage => ({
    msgid: msgid as OurId,
    conversation_id: 'rest:k:1' as OurId,
    sender: { id: 'client:1' as OurId, name: 'Иван' },
    message: { type: 'text', text: 'Здравствуйте' },
    at: 1_760_000_000_123,
    silent: false,
  });

  describe('Chats API', () => {
    it('connects, sends, lists history and reports delivery', async () => {
      const api = chatsApi();
      const { scopeId } = await api.connect(simulator.state.amojoId, 'WeWall');
      const { messageId } = await api.send(scopeId, message('m1'));
      const chat = simulator.state.chatByConversation('rest:k:1');
      expect(chat?.messages).toMatchObject([{ clientId: 'm1', author: 'client', text: 'Здравствуйте' }]);
      const { chatId } = await api.createChat(scopeId, {
        conversation_id: 'rest:k:1' as OurId,
        user: { id: 'client:1' as OurId, name: 'Иван' },
      });
      expect(chatId).toBe(chat?.id);
      expect(await api.history(scopeId, chatId, { offset: 0, limit: 50 })).toMatchObject([
        { message: { id: messageId, client_id: 'm1' } },
      ]);
      await api.reportDelivery(scopeId, messageId!, { status: -1, errorCode: 905, error: 'бот заблокирован' });
      expect(simulator.state.messages.get(messageId!)?.delivery).toEqual([
        { status: -1, errorCode: 905, error: 'бот заблокирован' },
      ]);
    });

    it.each([
      ['a wrong secret', () => chatsApi('wrong')],
      ['a clock 20 minutes off', () => chatsApi(undefined, () => new Date(Date.now() - 20 * 60_000))],
    ])('is refused with %s', async (_name, make) => {
      await expect(make().connect(simulator.state.amojoId, 'WeWall')).rejects.toMatchObject({
        status: 403,
        name: 'CrmRefusedError',
      });
    });

    it.each([
      ['503', 'unavailable'],
      ['reset-after-commit', 'network'],
      ['reset-before', 'network'],
      ['slow', 'timeout'],
    ] as const)('%s is "no answer": %s', async (fault, reason) => {
      const api = chatsApi();
      const { scopeId } = await api.connect(simulator.state.amojoId, 'WeWall');
      simulator.faults.send.push(fault);
      await expect(api.send(scopeId, message('m1'))).rejects.toMatchObject({
        name: 'CrmNoAnswerError',
        reason,
        maybeCommitted: true,
      });
    });
  });

  describe('REST v4', () => {
    let key = 0;
    const limiter = (sleep?: (ms: number) => Promise<void>) => {
      key += 1;
      return new SharedLimiter(database.pool, `test-${key}`, undefined, sleep);
    };
    const rest = (
      tokens = new LongLivedToken(simulator.credentials.longLivedToken),
      shared = limiter(),
      breaker?: SharedBreaker,
    ) =>
      new RestApi(
        new RestTransport(
          { baseUrl: url, timeoutMs: 1_000 },
          tokens,
          shared,
          breaker ?? new SharedBreaker(database.pool, `b-${key}`),
        ),
      );

    it('finds a contact by phone whatever its spelling, and nothing is an empty list', async () => {
      const api = rest();
      expect(await api.contactsByPhone('+79160000000')).toEqual([]);
      const { id } = await api.createContact({
        name: 'Иван',
        custom_fields_values: [{ field_code: 'PHONE', values: [{ value: '8 (916) 000-00-00' }] }],
      });
      expect(await api.contactsByPhone('+79160000000')).toMatchObject([{ id }]);
    });

    it('creates a lead, moves it and leaves a note and a task', async () => {
      const api = rest();
      const { id } = await api.createLead({ name: 'Аренда' });
      await api.updateLead(id, { status_id: 1003 });
      await api.addNote('leads', id, 'Итог разговора');
      await api.createTask({ text: 'Позвонить', complete_till: 1_760_000_000, entity_id: id, entity_type: 'leads' });
      expect(simulator.state.leads.get(id)).toMatchObject({ status_id: 1003, notes: ['Итог разговора'] });
      expect([...simulator.state.tasks.values()]).toMatchObject([{ entity_id: id, text: 'Позвонить' }]);
      expect(await api.lead(999_999)).toBeNull();
    });

    it('reports a refusal with the codes of their answer', async () => {
      const api = rest();
      const { id } = await api.createLead({ name: 'Аренда' });
      await expect(api.updateLead(id, { status_id: 7 })).rejects.toThrow(
        /400 Bad Request; status_id: NotSupportedChoice/,
      );
    });

    it('lets no second see more than six requests, however late some of them are', async () => {
      key += 1;
      const processes = [1, 2].map(() => new SharedLimiter(database.pool, `late-${key}`));
      const arrivals: number[] = [];
      // Seeded: every third request is held up on its way, by up to half a second.
      const work = async (index: number) => {
        if (index % 3 === 0) await sleep((index * 137) % 500);
        arrivals.push(performance.now());
        await sleep(20);
      };
      await Promise.all(Array.from({ length: 24 }, (_, index) => processes[index % 2]?.run(() => work(index))));
      arrivals.sort((a, b) => a - b);
      expect(arrivals).toHaveLength(24);
      for (const [index, at] of arrivals.entries()) {
        const seventh = arrivals[index + 6];
        if (seventh !== undefined) expect(seventh - at).toBeGreaterThanOrEqual(999);
      }
    });

    it('two processes together stay under seven requests a second', async () => {
      const shared = limiter();
      const first = rest(undefined, shared);
      const second = rest(undefined, new SharedLimiter(database.pool, `test-${key}`));
      await Promise.all(Array.from({ length: 14 }, (_, index) => (index % 2 ? first : second).account()));
      const { arrivals } = simulator.rest;
      expect(arrivals).toHaveLength(14);
      for (let index = 7; index < arrivals.length; index += 1) {
        expect(arrivals[index]! - arrivals[index - 7]!).toBeGreaterThan(1_000);
      }
    });

    it('a 403 opens the breaker for every process', async () => {
      const opened: string[] = [];
      const breaker = new SharedBreaker(database.pool, 'shared', (reason) => opened.push(reason));
      simulator.rest.blocked = true;
      await expect(rest(undefined, limiter(), breaker).account()).rejects.toBeInstanceOf(CrmRefusedError);
      simulator.rest.blocked = false;
      const other = rest(undefined, limiter(), new SharedBreaker(database.pool, 'shared'));
      await expect(other.account()).rejects.toBeInstanceOf(CrmNoAnswerError);
      expect(opened).toHaveLength(1);
      await database.pool.query(`update crm_breaker set retry_at = now() where key = 'shared'`);
      expect(await other.account()).toMatchObject({ amojo_id: simulator.state.amojoId });
      expect(await new SharedBreaker(database.pool, 'shared').check()).toEqual({ state: 'closed' });
    });

    it('refreshes a token that works once exactly once, however many ask', async () => {
      const settings = {
        baseUrl: url,
        clientId: 'sim-client',
        clientSecret: 'sim-client-secret',
        redirectUri: 'https://example.test',
        timeoutMs: 1_000,
      };
      const tokens = () => new OAuthTokens(database.pool, settings);
      await tokens().exchangeCode('code-1');
      const apis = [rest(tokens() as never), rest(tokens() as never), rest(tokens() as never)];
      simulator.rest.oauth.expireTokens();
      const answers = await Promise.all(apis.map((api) => api.account()));
      expect(answers).toHaveLength(3);
      expect(simulator.rest.oauth.reusedRefreshTokens).toBe(0);
    });
  });
});
