import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Chats, createChats, type Effect } from '#libs/chats';
import { migrate } from '#libs/platform';
import { AmoCrmSimulator, createTestDatabase, type TestDatabase } from '#libs/testing';
import { type Crm, createCrm } from '../crm.js';
import { ManagerMessages } from '../intake/manager-messages.js';
import { Reconciliation } from '../intake/reconciliation.js';
import { setUpAccount } from './account-setup.js';

let database: TestDatabase;
let amocrm: AmoCrmSimulator;
let crm: Crm;
const stops: (() => Promise<void>)[] = [];

/** One process: turns that echo, and the mirror. */
async function startProcess(effects: (text: string) => Effect[] = () => []): Promise<Chats> {
  const chats = createChats(database.pool, { quietMs: 0, quietMaxMs: 0, sweepMs: 100, crm: true });
  const runner = await chats.createRunner({
    async run({ events }) {
      const texts = events.flatMap((event) => (event.kind === 'client' ? [event.text ?? ''] : []));
      const replies = texts.map((text): Effect => ({ type: 'reply', message: { text: `ответ: ${text}` } }));
      return {
        effects: [...replies, ...texts.flatMap(effects)],
        view: { scenario: null, step: null, slots: {} },
      };
    },
    apology: () => ({ text: 'Ошибка' }),
  });
  chats.outbox.register(openCrm().sender);
  runner.start();
  chats.outbox.start();
  stops.push(async () => {
    await runner.stop();
    await chats.outbox.stop();
  });
  return chats;
}

function openCrm(): Crm {
  return createCrm(
    database.pool,
    {
      baseUrl: amocrm.url,
      chatsBaseUrl: amocrm.url,
      channelId: amocrm.state.channel.id,
      channelSecret: amocrm.state.channel.secret,
      channelBotId: amocrm.state.channel.botId,
      auth: { token: amocrm.credentials.longLivedToken },
    },
    {
      sign: (fileId) => `https://files.example/${fileId}`,
      timeoutMs: 500,
      pauses: { noAnswerMs: 100, operatorMs: 200 },
    },
  );
}

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  amocrm = new AmoCrmSimulator();
  await amocrm.start();
  crm = openCrm();
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await amocrm.stop();
  await database.drop();
});

async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`timed out waiting until ${what}`);
    await sleep(30);
  }
}

const say = (chats: Chats, chatId: string, id: string, text: string) =>
  chats.store.ingestClientMessage({ chatId, channel: 'rest', id, text });
const mirrored = (chatId: string) => amocrm.state.chatByConversation(chatId)?.messages ?? [];
const setUp = () =>
  setUpAccount(
    { rest: crm.rest, chats: crm.chatsApi, store: crm.accounts },
    { title: 'WeWall', sourceExternalId: 'wewall_bot' },
  );

describe('the mirror', () => {
  it('waits for the setup, then goes on', async () => {
    const chats = await startProcess();
    await say(chats, 'rest:k:early', 'm1', 'рано');
    await sleep(300);
    expect(mirrored('rest:k:early')).toEqual([]);
    await setUp();
    await until('it is mirrored', () => mirrored('rest:k:early').length === 2);
  });

  it.each(['same-200', 'new'] as const)(
    'loses, doubles and reorders nothing under faults over two processes; repeated ids: %s',
    async (policy) => {
      amocrm.faults.duplicateMsgid = policy;
      const [first, second] = [await startProcess(), await startProcess()];
      const chatIds = Array.from({ length: 4 }, (_, index) => `rest:${policy}:${index}`);
      const turns = 6;
      const since = amocrm.journal.length;
      for (let turn = 0; turn < turns; turn++) {
        amocrm.faults.send.push('503', 'reset-after-commit', '500-after-commit', 'reset-before');
        amocrm.faults.rest.push('503', 'reset-after-commit');
        await Promise.all(
          chatIds.map((chatId, index) => say(index % 2 ? first : second, chatId, `m${turn}`, `вопрос ${turn}`)),
        );
        await until('the bot has answered', async () => {
          const { rows } = await database.pool.query<{ n: number }>(
            `select count(*)::int as n from transcript where chat_id = any($1) and author = 'bot'`,
            [chatIds],
          );
          return rows[0]?.n === chatIds.length * (turn + 1);
        });
      }
      await until('all is mirrored', () => chatIds.every((chatId) => mirrored(chatId).length >= turns * 2));
      await until('nothing is pending', async () => {
        const { rows } = await database.pool.query(
          `select 1 from outbox where target = 'crm' and state = 'pending' and chat_id = any($1)`,
          [chatIds],
        );
        return rows.length === 0;
      });
      const expected = Array.from({ length: turns }, (_, turn) => [`вопрос ${turn}`, `ответ: вопрос ${turn}`]).flat();
      const found = chatIds.flatMap((chatId) => mirrored(chatId).map(({ text }) => `${chatId} ${text}`));
      const lost = chatIds.flatMap((id) => expected.filter((text) => !found.includes(`${id} ${text}`))).length;
      const doubled = found.length - new Set(found).size;
      for (const chatId of chatIds) expect(mirrored(chatId).map(({ text }) => text)).toEqual(expected);
      const leads = chatIds.map((chatId) => {
        const { contactId } = amocrm.state.chatByConversation(chatId) ?? {};
        return [...amocrm.state.leads.values()].filter(({ contactIds }) => contactIds.includes(contactId ?? 0)).length;
      });
      expect(leads).toEqual(chatIds.map(() => 1));
      const arrivals = amocrm.journal.slice(since).map(({ at }) => at);
      let busiest = 0;
      arrivals.forEach((at, index) => {
        busiest = Math.max(busiest, arrivals.slice(index).filter((other) => other < at + 1_000).length);
      });
      expect(busiest).toBeLessThanOrEqual(7);
      const parities = [];
      for (const chatId of chatIds) parities.push(await reconcile(chatId, first));
      expect(parities).toEqual(chatIds.map(() => ({ doubled: 0, resent: 0, matched: 0, recovered: 0, edited: 0 })));
      process.stdout.write(
        `mirror under faults (${policy}): ${JSON.stringify({ messages: chatIds.length * turns * 2, lost, doubled, busiestSecond: busiest })}\n`,
      );
      amocrm.faults.duplicateMsgid = 'same-200';
    },
  );

  it('writes fields, stages, notes and tasks once; never moves a lead back', async () => {
    const chats = await startProcess((text): Effect[] =>
      text === 'заявка'
        ? [
            {
              type: 'crm',
              name: 'slots',
              data: { scenario: 'search', slots: { deal: 'rent', areaMin: 100, areaMax: 150 } },
            },
            { type: 'crm', name: 'stage', data: { stage: 'offer' } },
            { type: 'crm', name: 'note', data: { text: 'Итог' } },
            { type: 'crm', name: 'contact', data: { name: 'Иван', phone: '8 916 111-22-33' } },
            { type: 'crm', name: 'task', data: { text: 'Позвонить' } },
          ]
        : [{ type: 'crm', name: 'stage', data: { stage: 'offer' } }],
    );
    const chatId = 'rest:k:lead';
    const lead = () => amocrm.state.leadOfContact(amocrm.state.chatByConversation(chatId)?.contactId ?? 0);
    await say(chats, chatId, 'm1', 'заявка');
    const tasks = () => [...amocrm.state.tasks.values()].filter((task) => task.entity_id === lead()?.id);
    await until('the task is there', () => tasks().length > 0);
    expect(lead()).toMatchObject({ status_id: 1004, notes: ['Итог'] });
    const values = lead()?.custom_fields_values.map(({ values: [first] }) => first?.value);
    expect(values).toEqual(expect.arrayContaining(['Аренда', '100–150']));
    const contact = amocrm.state.contacts.get(amocrm.state.chatByConversation(chatId)?.contactId ?? 0);
    expect(contact).toMatchObject({ name: 'Иван', custom_fields_values: [{ values: [{ value: '+79161112233' }] }] });
    await say(chats, chatId, 'm2', 'ещё');
    await until('it is mirrored', () => mirrored(chatId).length === 4);
    await sleep(800);
    expect(lead()?.status_id).toBe(1004);
    expect(tasks()).toHaveLength(1);
  });
});

function reconcile(chatId: string, chats: Chats) {
  const managers = new ManagerMessages({
    chats: chats.store,
    chatsApi: crm.chatsApi,
    rest: crm.rest,
    accounts: crm.accounts,
    crmChats: crm.crmChats,
    messages: crm.messages,
    files: { fetch: () => Promise.reject(new Error('no files here')) },
    botId: amocrm.state.channel.botId,
    resumePhrases: [],
    stopPhrases: [],
  });
  return new Reconciliation(database.pool, crm.chatsApi, crm.accounts, crm.crmChats, crm.messages, managers).reconcile(
    chatId,
  );
}

describe('the comparison with amoCRM', () => {
  it('takes a manager message whose hook was lost, and sends again what they lost', async () => {
    const chats = await startProcess();
    const chatId = 'rest:k:parity';
    await say(chats, chatId, 'm1', 'вопрос');
    await until('it is mirrored', () => mirrored(chatId).length === 2);
    const twin = amocrm.state.chatByConversation(chatId);
    amocrm.faults.dropHooks = true;
    amocrm.say(twin?.id ?? '', { text: 'Это менеджер' });
    amocrm.faults.dropHooks = false;
    const lost = twin?.messages.splice(1, 1)[0];
    amocrm.state.messages.delete(lost?.id ?? '');
    await database.pool.query(`update crm_messages set created_at = now() - interval '1 hour' where chat_id = $1`, [
      chatId,
    ]);
    expect(await reconcile(chatId, chats)).toEqual({ doubled: 0, resent: 1, matched: 0, recovered: 1, edited: 0 });
    expect((await chats.store.view(chatId)).owner).toBe('manager');
    await until('what they lost is there again', () => mirrored(chatId).some(({ text }) => text === 'ответ: вопрос'));
    expect(await reconcile(chatId, chats)).toEqual({ doubled: 0, resent: 0, matched: 0, recovered: 0, edited: 0 });
  });

  it('finds a message a manager has changed since, and changes it for the client', async () => {
    const chats = await startProcess();
    const chatId = 'rest:k:edited';
    await say(chats, chatId, 'm1', 'вопрос');
    await until('it is mirrored', () => mirrored(chatId).length === 2);
    const twin = amocrm.state.chatByConversation(chatId);
    amocrm.faults.dropHooks = true;
    const said = amocrm.say(twin?.id ?? '', { text: 'Миллион' });
    expect(await reconcile(chatId, chats)).toMatchObject({ recovered: 1, edited: 0 });
    amocrm.edit(said, 'Два миллиона');
    amocrm.faults.dropHooks = false;
    expect(await reconcile(chatId, chats)).toMatchObject({ recovered: 0, edited: 1 });
    expect((await chats.store.transcript(chatId)).at(-1)).toMatchObject({
      author: 'manager',
      text: 'Два миллиона',
      editedAt: expect.any(String),
    });
    expect(await reconcile(chatId, chats)).toMatchObject({ recovered: 0, edited: 0 });
  });
});
