// What a client and a manager see of each other beside messages: waiting, edits, reading, typing, reactions, follow-ups, the day.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { CrmInbox } from '#libs/crm';
import { followUp } from '../../apps/scheduler/src/tasks/chat-tasks.js';
import { summariseDay } from '../../apps/scheduler/src/tasks/crm-tasks.js';
import { type AmoCrmStand, startAmoCrmStand, until } from './amocrm-stand.js';

let stand: AmoCrmStand;
let nextClient = 700;

const OPEN = { WORK_HOURS: '0-24' };

function newClient(at: AmoCrmStand = stand) {
  const id = nextClient++;
  const client = at.telegram.client(id);
  const chatId = `telegram:${id}`;
  const mirrored = () => at.amocrm.state.chatByConversation(chatId)?.messages ?? [];
  const lead = () => at.amocrm.state.leadOfContact(at.twin(id).contactId ?? 0);
  return {
    id,
    client,
    chatId,
    mirrored,
    lead,
    /** Waits for the bot's answer and for both in amoCRM. */
    async talks(text: string) {
      const [seen, kept] = [client.sees().length, mirrored().length];
      const update = client.says(text);
      await until('the bot answers', () => client.sees().length > seen);
      await until('amoCRM has both', () => mirrored().length >= kept + 2);
      return update.message as { message_id: number };
    },
    owner: async () => (await at.chats.store.view(chatId)).owner,
    sees: (part: string) => client.sees().some((text) => text.includes(part)),
    field: (name: string) => {
      const field = at.amocrm.state.leadFields.find((one) => one.name === name);
      return lead()?.custom_fields_values.find(({ field_id: id }) => id === field?.id)?.values[0]?.value;
    },
    tasks: () => [...at.amocrm.state.tasks.values()].filter((task) => task.entity_id === lead()?.id),
  };
}

beforeAll(async () => {
  stand = await startAmoCrmStand(inject('postgresUrl'), {
    env: OPEN,
    settings: { managerReminderMs: 700, clientWaitMs: 1_500 },
  });
});
afterAll(() => stand.stop());

const OWNER = 'Отвечает клиенту (бот)';

describe('a client who waits for a manager', () => {
  it('is told, the manager is reminded first, and the client may go back to the bot', async () => {
    const { client, talks, owner, sees, field, tasks, lead, mirrored } = newClient();
    await talks('хочу снять офис у Павелецкой');
    client.says('Позовите менеджера');
    await until('the client is told', () => sees('Менеджер пока не ответил'));
    await until('the manager is reminded', () => tasks().some(({ text }) => text.startsWith('Клиент ждёт ответа')));
    await until('managers see who answers', () => field(OWNER) === 'Менеджер');
    expect(await owner()).toBe('manager');
    await until('it is mirrored', () => mirrored().some(({ text }) => text?.includes('Менеджер пока не ответил')));
    const told = client.sees().length;
    client.presses('handoff.cancel');
    await until('the bot has it', async () => (await owner()) === 'bot');
    await until('the bot goes on', () => client.sees().length >= told + 3);
    expect(client.sees().slice(told).join('\n')).toMatch(/не ждём[\s\S]*Павелецкая[\s\S]*площадь/iu);
    await until('there is a note', () => lead()?.notes.some((note) => note.includes('не стал ждать')) === true);
    await until('managers see who answers', () => field(OWNER) === 'Бот');
  });

  it('hears nothing of it when the manager has answered in time, nor after', async () => {
    const { client, id, talks, owner, sees } = newClient();
    await talks('Здравствуйте');
    client.says('Позовите менеджера');
    await until('a manager has it', async () => (await owner()) === 'manager');
    stand.amocrm.say(stand.twin(id).id, { text: 'Добрый день, это Анна' });
    await until('the client sees it', () => sees('Добрый день, это Анна'));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(sees('Менеджер пока не ответил')).toBe(false);
    // He answers no more: the wait begins with the client's next message.
    client.says('А сколько стоит?');
    await until('the client is told', () => sees('Менеджер пока не ответил'));
  });

  it('is told honestly outside work hours', async () => {
    const moscowDay = new Date(Date.now() + 3 * 3_600_000).getUTCDay();
    const closed = await startAmoCrmStand(inject('postgresUrl'), {
      env: { WORK_HOURS: '0-24', WORK_DAYS: String(((moscowDay + 3) % 7) + 1) },
      settings: { managerReminderMs: 300, clientWaitMs: 800 },
    });
    try {
      const { client, talks, sees, tasks } = newClient(closed);
      await talks('Здравствуйте');
      client.says('Позовите менеджера');
      await until('the farewell is said', () => sees('Сейчас нерабочее время'));
      await until('the client is told', () => sees('Сейчас менеджеры не на работе'));
      expect(tasks().some(({ text }) => text.startsWith('Клиент ждёт ответа'))).toBe(false);
      const { rows } = await closed.platform.pool.query<{ due_at: Date }>(
        `select due_at from timers where name = 'manager.remind'`,
      );
      expect(rows[0]?.due_at.getTime()).toBeGreaterThan(Date.now() + 24 * 3_600_000);
    } finally {
      await closed.stop();
    }
  });
});

describe('changes', () => {
  it('a client’s edit corrects the answer and shows in amoCRM', async () => {
    const { client, talks, sees, mirrored, chatId } = newClient();
    const said = await talks('хочу снять офис у Павелецкой 100 метров');
    client.edits(said.message_id, 'хочу снять офис у Павелецкой 150 метров');
    await until('the bot has noticed', () => sees('150'));
    await until('amoCRM shows it', () => mirrored().some(({ text, edited }) => edited && text?.includes('150 метров')));
    expect((await stand.chats.store.view(chatId)).slots).toMatchObject({ areaMin: 135, areaMax: 165 });
    expect(mirrored().some(({ text }) => text === 'хочу снять офис у Павелецкой 100 метров')).toBe(false);
  });

  it('a manager’s edit reaches the client: by a hook, and without one when the chats are compared', async () => {
    const { client, id, talks, chatId } = newClient();
    await talks('Здравствуйте');
    const said = stand.amocrm.say(stand.twin(id).id, { text: 'Цена миллион' });
    await until('the client has it', () => client.sees().includes('Цена миллион'));
    stand.amocrm.faults.editHooks = true;
    stand.amocrm.edit(said, 'Цена два миллиона');
    stand.amocrm.faults.editHooks = false;
    await until('the client sees the change', () => client.sees().includes('Цена два миллиона'));
    stand.amocrm.edit(said, 'Цена три миллиона');
    const inbox = new CrmInbox(stand.platform.pool);
    await inbox.add({ kind: 'reconcile', key: `e2e:${chatId}`, lane: `reconcile:${chatId}`, body: { chatId } });
    await until('the client sees the change', () => client.sees().includes('Цена три миллиона'));
    expect(client.sees().filter((text) => text.startsWith('Цена'))).toEqual(['Цена три миллиона']);
  });
});

describe('attention', () => {
  it('a manager’s message is reported as delivered, then as read; reading by the manager is known too', async () => {
    const { client, id, talks, chatId, mirrored } = newClient();
    await talks('Здравствуйте');
    const said = stand.amocrm.say(stand.twin(id).id, { text: 'Добрый день' });
    const statuses = () => stand.amocrm.state.messages.get(said)?.delivery.map(({ status }) => status);
    await until('it is delivered', () => statuses()?.includes(1) === true);
    expect(statuses()).toEqual([1]);
    client.says('Спасибо');
    await until('it is read', () => statuses()?.includes(2) === true);
    expect(statuses()).toEqual([1, 2]);
    await until('amoCRM has it', () => mirrored().some(({ text }) => text === 'Спасибо'));
    const last = (await stand.chats.store.transcript(chatId)).at(-1)?.seq ?? 0;
    // Talks carry whole seconds: a message of this very second may or may not have been read.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    stand.amocrm.reads(stand.twin(id).id);
    await until('it is read', async () => (await stand.chats.presence.readTo(chatId, 'manager')) >= last);
  });

  it('typing and reactions go both ways where the channel can', async () => {
    const { client, id, talks, mirrored, chatId } = newClient();
    const said = await talks('Здравствуйте');
    const answer = stand.amocrm.say(stand.twin(id).id, { text: 'Добрый день' });
    await until('the client has it', () => client.sees().includes('Добрый день'));
    const actions = () => stand.telegram.api.actions.filter(({ chatId: to }) => to === id).length;
    const before = actions();
    stand.amocrm.type(stand.twin(id).id);
    await until('the client sees the manager typing', () => actions() > before);
    const first = mirrored().find(({ author }) => author === 'client');
    stand.amocrm.reacts(first?.id ?? '', '👍');
    await until('the client sees it', () => stand.telegram.api.reactions.get(`${id}:${said.message_id}`)?.[0] === '👍');
    const shown = stand.telegram.api.accepted.find((one) => one.chatId === id && one.text === 'Добрый день');
    client.reacts(shown?.messageId ?? 0, ['🔥']);
    await until('the manager sees it', () => stand.amocrm.state.messages.get(answer)?.reactions[0]?.emoji === '🔥');
    client.reacts(shown?.messageId ?? 0, [], ['🔥']);
    await until('it is gone', () => stand.amocrm.state.messages.get(answer)?.reactions.length === 0);
    // A web client who types is shown to the manager.
    await stand.chats.presence.types(chatId, 'client', 5_000);
    await until('the manager sees it', () =>
      stand.amocrm.state.typing.some(({ chatId: twin }) => twin === stand.twin(id).id),
    );
  });

  it('the stop phrase silences the bot without a word to the client', async () => {
    const { client, id, talks, owner, field } = newClient();
    await talks('Здравствуйте');
    const seen = client.sees().length;
    stand.amocrm.say(stand.twin(id).id, { text: 'Бот, стоп' });
    await until('a manager has it', async () => (await owner()) === 'manager');
    await until('managers see who answers', () => field(OWNER) === 'Менеджер');
    expect(client.sees()).toHaveLength(seen);
  });
});

describe('the scheduler', () => {
  it('a client who stopped answering hears of it once a turn, with what was collected', async () => {
    const { client, talks, chatId, sees } = newClient();
    await talks('хочу снять офис у Павелецкой');
    await stand.platform.pool.query(`update transcript set at = at - interval '30 hours' where chat_id = $1`, [chatId]);
    const now = new Date();
    const hour = (now.getUTCHours() + 3) % 24;
    const task = followUp(stand.platform.pool);
    const planned = (await task.run(now)) + (await task.run(now));
    // Clients are written to between 10 and 20 Moscow only, and so is this test's.
    if (hour < 10 || hour >= 20) return expect(planned).toBe(0);
    expect(planned).toBe(1);
    await until('the client hears of it', () => sees('Мы с вами не закончили'));
    expect(client.sees().join('\n')).toContain('Павелецкая');
  });

  it('managers get the summary of the day, once each', async () => {
    const { id, client, talks, owner } = newClient();
    await talks('Здравствуйте');
    client.says('Позовите менеджера');
    await until('a manager has it', async () => (await owner()) === 'manager');
    const summaries = () => [...stand.amocrm.state.tasks.values()].filter(({ text }) => text.startsWith('Итоги дня'));
    const inbox = new CrmInbox(stand.platform.pool);
    const task = summariseDay(inbox, 0);
    const tomorrow = new Date(Date.now() + 24 * 3_600_000);
    expect([await task.run(tomorrow), await task.run(tomorrow)]).toEqual([1, 0]);
    await until('both managers have it', () => summaries().length === 2);
    await until('nothing is left', async () => (await inbox.backlog()).open === 0);
    expect(new Set(summaries().map(({ responsible_user_id: user }) => user)).size).toBe(2);
    expect(summaries()[0]?.text).toMatch(
      /Новых чатов: [1-9]\d*\n[\s\S]*Передано менеджерам: [1-9][\s\S]*Ждут ответа: [1-9]/u,
    );
    expect(summaries()[0]?.text).toContain('/leads/detail/');
    expect(stand.twin(id).contactId).not.toBeNull();
  });
});
