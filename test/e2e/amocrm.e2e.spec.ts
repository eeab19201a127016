import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { MANAGERS, STATUSES } from '#libs/testing';
import { type AmoCrmStand, startAmoCrmStand, until } from './amocrm-stand.js';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let stand: AmoCrmStand;
let nextClient = 500;

beforeAll(async () => {
  stand = await startAmoCrmStand(inject('postgresUrl'));
});
afterAll(() => stand.stop());

function newClient() {
  const id = nextClient++;
  const client = stand.telegram.client(id);
  const mirrored = () => stand.amocrm.state.chatByConversation(`telegram:${id}`)?.messages ?? [];
  return {
    id,
    client,
    mirrored,
    chatId: `telegram:${id}`,
    /** Says something, waits for the bot's answer and for both in amoCRM. */
    async talks(text: string) {
      const [seen, kept] = [client.sees().length, mirrored().length];
      client.says(text);
      await until('the bot answers', () => client.sees().length > seen);
      await until('amoCRM has both', () => mirrored().length >= kept + 2);
    },
    owner: async () => (await stand.chats.store.view(`telegram:${id}`)).owner,
  };
}

describe('amoCRM with the real apps', () => {
  it('mirrors client and bot in order, makes contact, lead and talk', async () => {
    const { client, mirrored, id, talks } = newClient();
    await talks('Здравствуйте');
    await talks('Нужен офис в аренду у Белорусской');
    expect(
      mirrored()
        .map(({ author }) => author)
        .slice(0, 2),
    ).toEqual(['client', 'bot']);
    expect(
      mirrored()
        .filter(({ author }) => author === 'client')
        .map(({ text }) => text),
    ).toEqual(['Здравствуйте', 'Нужен офис в аренду у Белорусской']);
    const { contactId } = stand.twin(id);
    const lead = stand.amocrm.state.leadOfContact(contactId ?? 0);
    expect(lead).toMatchObject({ status_id: STATUSES[1].id, source: 'wewall_bot' });
    expect(stand.amocrm.state.unsorted.size).toBe(0);
    const times = mirrored().map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(client.sees().length).toBeGreaterThan(1);
  });

  it('a manager writes: the client gets it, the bot is silent; the talk is closed: the bot goes on', async () => {
    const { client, id, talks, owner, mirrored } = newClient();
    await talks('Здравствуйте');
    const said = stand.amocrm.say(stand.twin(id).id, { text: 'Добрый день, это Анна' });
    await until('the client sees it', () => client.sees().includes('Добрый день, это Анна'));
    expect(await owner()).toBe('manager');
    const seen = client.sees().length;
    client.says('Хочу офис');
    await until('amoCRM has it', () => mirrored().some(({ text }) => text === 'Хочу офис'));
    expect(client.sees()).toHaveLength(seen);
    await until('the delivery is reported', () => stand.amocrm.state.messages.get(said)?.delivery[0]?.status === 1);
    // The manager's own words are not mirrored back to him.
    expect(mirrored().filter(({ text }) => text === 'Добрый день, это Анна')).toHaveLength(1);
    stand.amocrm.closeTalk(stand.twin(id).id);
    await until('the bot has the chat', async () => (await owner()) === 'bot');
    await until('the bot speaks again', () => client.sees().length > seen);
  });

  it('the resume phrase gives the chat back and is said to nobody', async () => {
    const { client, id, talks, owner } = newClient();
    await talks('Здравствуйте');
    stand.amocrm.say(stand.twin(id).id, { text: 'Минуту, уточню' });
    await until('a manager has it', async () => (await owner()) === 'manager');
    stand.amocrm.say(stand.twin(id).id, { text: 'Бот, продолжай!' });
    await until('the bot has it', async () => (await owner()) === 'bot');
    expect(client.sees().some((text) => /продолжай/i.test(text))).toBe(false);
  });

  it('Salesbot is neither a manager nor a client', async () => {
    const { client, id, talks, owner } = newClient();
    await talks('Здравствуйте');
    stand.amocrm.salesbotSays(stand.twin(id).id, 'Оцените нас');
    await stand.amocrm.hooks.settled();
    expect(await owner()).toBe('bot');
    expect(client.sees()).not.toContain('Оцените нас');
  });

  it('carries files both ways by addresses of ours, refuses foreign ones', async () => {
    const { client, id, talks, mirrored, chatId } = newClient();
    await talks('Здравствуйте');
    client.sendsPhoto(PNG, 'фасад');
    await until('amoCRM has the picture', () => mirrored().some(({ type }) => type === 'picture'));
    const media = mirrored().find(({ type }) => type === 'picture')?.media ?? '';
    expect(media.startsWith(`${stand.url}/files/`)).toBe(true);
    expect(media).not.toContain(stand.telegram.token);
    expect(Buffer.from(await (await fetch(media)).arrayBuffer())).toEqual(PNG);
    const address = stand.amocrm.upload('план.png', PNG, 'image/png');
    stand.amocrm.say(stand.twin(id).id, { type: 'picture', media: address, fileName: 'план.png' });
    const attachments = async () =>
      (await stand.chats.store.transcript(chatId)).filter(({ author }) => author === 'manager').at(-1)?.attachments;
    await until('the client has the plan', async () => (await attachments())?.[0]?.name === 'план.png');
    stand.amocrm.say(stand.twin(id).id, {
      type: 'file',
      media: 'http://169.254.169.254/latest/meta-data',
      fileName: 'x',
    });
    await until('it is refused', async () =>
      (await stand.chats.store.transcript(chatId)).some(({ text }) => text.includes('адрес файла не из amoCRM')),
    );
  });

  it('a refused message is reported to the manager', async () => {
    const { client, id, talks } = newClient();
    await talks('Здравствуйте');
    stand.telegram.api.blockedChats.add(id);
    const said = stand.amocrm.say(stand.twin(id).id, { text: 'Вы здесь?' });
    await until('it is reported', () => stand.amocrm.state.messages.get(said)?.delivery[0]?.status === -1);
    expect(client.sees()).not.toContain('Вы здесь?');
  });

  it('a client who is a contact already keeps the contact and its open lead', async () => {
    const contact = stand.amocrm.state.createContact('Пётр Иванов', [
      { field_code: 'PHONE', values: [{ value: '8 (916) 555-44-33' }] },
    ]);
    const lead = stand.amocrm.state.createLead({ contactIds: [contact.id] });
    const chatId = 'rest:key:peter';
    await stand.chats.store.ingestClientMessage({
      chatId,
      channel: 'rest',
      id: 'm1',
      text: 'Здравствуйте',
      profile: { name: 'Пётр', phone: '+7 916 555-44-33' },
    });
    await until('amoCRM has it', () => (stand.amocrm.state.chatByConversation(chatId)?.messages.length ?? 0) > 0);
    expect(stand.amocrm.state.chatByConversation(chatId)?.contactId).toBe(contact.id);
    const leads = [...stand.amocrm.state.leads.values()].filter(({ contactIds }) => contactIds.includes(contact.id));
    expect(leads.map(({ id }) => id)).toEqual([lead.id]);
  });

  it('a hand-off leaves a note, a task and the stage', async () => {
    const { id, client, talks, owner } = newClient();
    await talks('Нужен офис в аренду, 100 м²');
    client.says('Позовите менеджера');
    await until('a manager has it', async () => (await owner()) === 'manager');
    const lead = () => stand.amocrm.state.leadOfContact(stand.twin(id).contactId ?? 0);
    await until('the stage is reached', () => lead()?.status_id === 1005);
    await until('there is a note', () => lead()?.notes.some((note) => note.includes('Передан менеджеру')) === true);
    const tasks = () => [...stand.amocrm.state.tasks.values()].filter((task) => task.entity_id === lead()?.id);
    await until('there is a task', () => tasks().length > 0);
    expect(tasks()).toMatchObject([{ responsible_user_id: MANAGERS[0].id }]);
  });

  it('two clients at once stay apart', async () => {
    const [first, second] = [newClient(), newClient()];
    await Promise.all([first.talks('Добрый день'), second.talks('Добрый вечер')]);
    stand.amocrm.say(stand.twin(first.id).id, { text: 'Это первому' });
    await until('the first sees it', () => first.client.sees().includes('Это первому'));
    expect(await second.owner()).toBe('bot');
    expect(second.client.sees()).not.toContain('Это первому');
    expect(second.mirrored().some(({ text }) => text === 'Добрый день')).toBe(false);
  });

  it('refuses bad signatures, foreign scopes, stale dates and replays alike', async () => {
    const { id, talks, owner } = newClient();
    await talks('Здравствуйте');
    const { createHmac } = await import('node:crypto');
    const { state } = stand.amocrm;
    const hook = (change: { scope?: string; secret?: string; ageSeconds?: number; messageId: string }) => {
      const body = JSON.stringify({
        account_id: state.amojoId,
        time: Math.floor(Date.now() / 1_000) - (change.ageSeconds ?? 0),
        message: {
          sender: { id: 'nobody' },
          conversation: { id: stand.twin(id).id },
          message: { id: change.messageId, type: 'text', text: 'x' },
        },
      });
      const signature = createHmac('sha1', change.secret ?? state.channel.secret)
        .update(body)
        .digest('hex');
      return fetch(`${stand.url}/location/${change.scope ?? state.scopeId}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-signature': signature },
        body,
      });
    };
    expect((await hook({ messageId: 'a' })).status).toBe(200);
    const refusals = await Promise.all([
      hook({ messageId: 'a' }),
      hook({ messageId: 'b', secret: 'wrong' }),
      hook({ messageId: 'c', scope: 'other' }),
      hook({ messageId: 'd', ageSeconds: 3_600 }),
    ]);
    expect(refusals.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    const bodies = await Promise.all(refusals.map((refusal) => refusal.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(await owner()).toBe('bot');
  });
});
