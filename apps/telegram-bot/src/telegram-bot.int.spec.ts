import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Update } from 'grammy/types';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectorConformance } from '#libs/channels';
import { type Chats, createChats, type MessageContent } from '#libs/chats';
import { createLogger, FolderFileStore, migrate } from '#libs/platform';
import { createTestDatabase, TelegramSimulator, type TelegramSimulatorOptions, type TestDatabase } from '#libs/testing';
import { TelegramBotModule } from './telegram-bot.module.js';
import { ALBUM_QUIET_MS, type StoredUpdate, UpdateRepository } from './updates/update.repository.js';

const logger = createLogger({ level: 'silent', app: 'test' });
const SECRET = 'test_secret';
const FORMER_SECRET = 'former_secret';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const photo = (background: string) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toBuffer();

let database: TestDatabase;
let folder: string;
let nextChat = 100;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  folder = mkdtempSync(path.join(tmpdir(), 'wewall-telegram-'));
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

interface Bot {
  telegram: TelegramSimulator;
  chats: Chats;
  chatId: number;
  url: string;
  close(): Promise<void>;
}

async function startBot(
  answer: (text: string) => MessageContent[],
  options: { mode: 'polling' | 'webhook' } & TelegramSimulatorOptions,
  think: () => Promise<void> = async () => {},
): Promise<Bot> {
  const telegram = await TelegramSimulator.start({ firstUpdateId: nextChat * 10_000, ...options });
  const chats = createChats(database.pool, { quietMs: 20, quietMaxMs: 60, sweepMs: 100, backoffMs: 50 });
  const runner = await chats.createRunner({
    async run({ events }) {
      await think();
      const replies = events.flatMap((event) => (event.kind === 'client' ? answer(event.text ?? '') : []));
      return {
        effects: replies.map((message) => ({ type: 'reply', message })),
        view: { scenario: null, step: null, slots: {} },
      };
    },
    apology: () => ({ text: 'Ошибка' }),
  });
  const parts = {
    pool: database.pool,
    chats: chats.store,
    presence: chats.presence,
    outbox: chats.outbox,
    files: new FolderFileStore(folder),
    logger,
    telegram: {
      token: telegram.token,
      apiRoot: telegram.apiRoot,
      mode: options.mode,
      webhookUrl: 'https://example.org/webhooks/telegram',
      webhookSecret: SECRET,
      webhookSecretPrevious: FORMER_SECRET,
    },
  };
  const app = await NestFactory.create<NestExpressApplication>(TelegramBotModule.register(parts), { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/webhooks/telegram`;
  // The module has set the public address; the simulator can only reach this one.
  if (options.mode === 'webhook') telegram.feed.setWebhook({ url, secretToken: SECRET }, false);
  runner.start();
  chats.outbox.start();
  return {
    telegram,
    chats,
    url,
    chatId: nextChat++,
    async close() {
      await app.close();
      await runner.stop();
      await chats.outbox.stop();
      await telegram.stop();
    },
  };
}

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('timed out');
    await sleep(20);
  }
}

const transcript = (bot: Bot) => bot.chats.store.transcript(`telegram:${bot.chatId}`);

describe.each(['webhook', 'polling'] as const)('Telegram by %s passes the conformance suite', (mode) => {
  const cases = connectorConformance(async (answer, { slowProvider }) => {
    const bot = await startBot(answer, { mode, ...(slowProvider && { pace: { perSecond: 2, burst: 2 } }) });
    const client = bot.telegram.client(bot.chatId);
    const inner = `telegram:${bot.chatId}`;
    return {
      async clientSays(text, deliveries = 1) {
        const update = client.says(text);
        for (let extra = 1; extra < deliveries; extra++) bot.telegram.redeliver(bot.chatId, update);
      },
      async clientPresses(payload) {
        client.presses(payload);
      },
      received: async () =>
        (await transcript(bot))
          .filter(({ author }) => author === 'client')
          .map(({ text, button }) => ({ text, ...(button !== undefined && { button }) })),
      seen: async () =>
        bot.telegram.api.accepted
          .filter(({ chatId }) => chatId === bot.chatId)
          .map(({ text, keyboard }) => ({
            text,
            buttons: keyboard.flat().map((button) => ({ text: button.text, payload: button.callbackData })),
          })),
      takeOver: async () => void (await bot.chats.store.changeOwner(inner, 'manager', 'test')),
      giveBack: async () => void (await bot.chats.store.changeOwner(inner, 'bot', 'test')),
      earlyRetries: () => bot.telegram.pace.earlyRetries,
      close: bot.close,
    };
  });
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => one.run());
});

describe('Telegram', () => {
  it('refuses hooks without the right secret and bodies that are no updates', async () => {
    const bot = await startBot(() => [], { mode: 'webhook' });
    const post = (headers: Record<string, string>, body: unknown) =>
      fetch(bot.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const update = {
      update_id: 1,
      message: { message_id: 1, date: 1, chat: { id: bot.chatId, type: 'private' }, text: 'x' },
    };
    const header = 'x-telegram-bot-api-secret-token';
    expect((await post({}, update)).status).not.toBe(200);
    expect((await post({ [header]: 'wrong' }, update)).status).not.toBe(200);
    expect((await post({ [header]: SECRET }, { nonsense: true })).status).not.toBe(200);
    expect(await transcript(bot)).toEqual([]);
    expect((await post({ [header]: SECRET }, update)).status).toBe(200);
    await until(async () => (await transcript(bot)).length === 1);
    // While the secret is being changed.
    expect(
      (await post({ [header]: FORMER_SECRET }, { update_id: 2, message: { ...update.message, message_id: 2 } })).status,
    ).toBe(200);
    await until(async () => (await transcript(bot)).length === 2);
    await bot.close();
  });

  it('takes photos, contacts and documents; a file it cannot have leaves a line', async () => {
    const bot = await startBot(() => [], { mode: 'polling' });
    const client = bot.telegram.client(bot.chatId);
    client.sendsPhoto(PNG, 'фасад');
    client.sharesContact('+79990000000');
    client.sendsDocument({ name: 'virus.exe', contentType: 'application/pdf', bytes: Buffer.from('MZ') });
    client.sendsDocument({ name: 'план.pdf', contentType: 'text/html', bytes: Buffer.from('%PDF-1.7 x') });
    await until(async () => (await transcript(bot)).length === 4);
    const [photo, contact, refused, document] = await transcript(bot);
    expect(photo).toMatchObject({ text: 'фасад', attachments: [{ name: 'photo.png', contentType: 'image/png' }] });
    expect(contact).toMatchObject({ text: '+79990000000' });
    expect(refused?.text).toBe('[Файл «virus.exe» не получен: такой тип файлов не принимается]');
    expect(document).toMatchObject({ attachments: [{ name: 'план.pdf', contentType: 'application/pdf' }] });
    await bot.close();
  });

  it('takes an edit as a change of what was said, once, and says nothing for a typo', async () => {
    const bot = await startBot((text) => [{ text: `ответ: ${text}` }], { mode: 'polling' });
    const client = bot.telegram.client(bot.chatId);
    const said = client.says('офис 100').message as { message_id: number };
    await until(() => client.sees().length === 1);
    const edit = client.edits(said.message_id, 'офис 150');
    bot.telegram.redeliver(bot.chatId, edit);
    await until(async () => (await transcript(bot))[0]?.text === 'офис 150');
    await until(() => client.sees().length === 2);
    expect((await transcript(bot)).filter(({ author }) => author === 'client')).toMatchObject([
      { text: 'офис 150', editedAt: expect.any(String) },
    ]);
    // A message the bot has never seen counts as said now.
    client.edits(999_999, 'склад');
    await until(async () => (await transcript(bot)).some(({ text }) => text === 'склад'));
    await bot.close();
  });

  it('changes a manager’s message at the client’s end, or says it anew when it cannot', async () => {
    const bot = await startBot(() => [], { mode: 'polling' });
    const client = bot.telegram.client(bot.chatId);
    const chatId = `telegram:${bot.chatId}`;
    client.says('привет');
    await until(async () => (await transcript(bot)).length === 1);
    const { store } = bot.chats;
    await store.ingestManagerMessage({ chatId, id: 'm1', text: 'Миллион', source: 'api' });
    await until(() => client.sees().includes('Миллион'));
    const change = (text: string) => store.editMessage({ chatId, author: 'manager', id: 'm1', text, source: 'api' });
    await change('<b>Два</b> миллиона');
    await until(() => client.sees().includes('<b>Два</b> миллиона'));
    expect(client.sees()).toEqual(['<b>Два</b> миллиона']);
    await change('слово '.repeat(1_200).trim());
    await until(() => client.sees().length > 1);
    expect(client.sees()[1]).toContain('Менеджер исправил сообщение');
    await bot.close();
  });

  it('carries reactions both ways', async () => {
    const bot = await startBot(() => [], { mode: 'polling' });
    const client = bot.telegram.client(bot.chatId);
    const chatId = `telegram:${bot.chatId}`;
    const { store } = createChats(database.pool, { crm: true });
    const said = client.says('привет').message as { message_id: number };
    await until(async () => (await transcript(bot)).length === 1);
    const reaction = { chatId, author: 'manager' as const, seq: 1, on: true };
    await store.ingestReaction({ ...reaction, id: 'r1', emoji: '🦀' });
    await store.ingestReaction({ ...reaction, id: 'r2', emoji: '👍' });
    await until(() => bot.telegram.api.reactions.has(`${bot.chatId}:${said.message_id}`));
    expect(bot.telegram.api.reactions.get(`${bot.chatId}:${said.message_id}`)).toEqual(['👍']);
    await store.ingestManagerMessage({ chatId, id: 'm1', text: 'Миллион', source: 'api' });
    await until(() => client.sees().length === 1);
    const answer = bot.telegram.api.accepted.findLast((one) => one.chatId === bot.chatId);
    expect(bot.chats.settings.crm).toBe(false);
    client.reacts(answer?.messageId ?? 0, ['🔥']);
    client.says('ещё');
    await until(async () => (await transcript(bot)).length === 3);
    await bot.close();
  });

  it('shows that somebody types: the bot while it works, the manager while he writes', async () => {
    let release = () => {};
    // Turns of chats earlier tests have left are held up as well.
    const released = new Promise<void>((done) => (release = done));
    const bot = await startBot(
      () => [{ text: 'готово' }],
      { mode: 'polling' },
      () => released,
    );
    const client = bot.telegram.client(bot.chatId);
    const chatId = `telegram:${bot.chatId}`;
    client.says('посчитай');
    const shown = () => bot.telegram.api.actions.filter((one) => one.chatId === bot.chatId);
    await until(() => shown().length === 1);
    expect(shown()).toMatchObject([{ action: 'typing' }]);
    release();
    await until(() => client.sees().includes('готово'));
    await bot.chats.store.changeOwner(chatId, 'manager', 'test');
    await bot.chats.presence.types(chatId, 'manager', 5_000);
    await until(() => shown().length === 2);
    await bot.close();
  });

  it.each(['polling', 'webhook'] as const)('takes an album as one message, by %s', async (mode) => {
    const bot = await startBot(() => [], { mode });
    const client = bot.telegram.client(bot.chatId);
    client.says('до альбома');
    client.sendsPhoto(PNG, 'три снимка', 'album-1');
    await sleep(200);
    client.sendsPhoto(await photo('#a00'), undefined, 'album-1');
    client.sendsPhoto(await photo('#0a0'), undefined, 'album-1');
    client.says('после альбома');
    await until(async () => (await transcript(bot)).length === 3);
    const [before, album, after] = await transcript(bot);
    expect([before?.text, album?.text, after?.text]).toEqual(['до альбома', 'три снимка', 'после альбома']);
    expect(album?.attachments?.map(({ contentType }) => contentType)).toEqual([
      'image/png',
      'image/jpeg',
      'image/jpeg',
    ]);
    // One that comes late is not lost.
    client.sendsPhoto(await photo('#00a'), undefined, 'album-1');
    await until(async () => (await transcript(bot)).length === 4);
    expect((await transcript(bot)).at(-1)?.attachments).toHaveLength(1);
    await bot.close();
  });

  it('decides once what belongs to an album, so that a retry is the same message', async () => {
    const chat = { id: nextChat++, type: 'private' as const, first_name: 'Иван' };
    const updates = new UpdateRepository(database.pool, 77);
    const picture = (id: number) => ({
      chatId: chat.id,
      update: { update_id: id, message: { message_id: id, date: 1, chat, media_group_id: 'g' } } as Update,
    });
    await updates.store([picture(1), picture(2)]);
    expect(await updates.claim()).toBeUndefined();
    await sleep(ALBUM_QUIET_MS + 100);
    const leader = (await updates.claim()) as StoredUpdate;
    expect(leader).toMatchObject({ updateId: 1, mediaGroup: 'g' });
    const members = async () => (await updates.album(leader)).map(({ update_id: id }) => id);
    expect(await members()).toEqual([1, 2]);
    await updates.store([picture(3)]);
    expect(await members()).toEqual([1, 2]);
    // Died before it said so: the same two again, at once.
    await updates.postpone(1, 0, 'died');
    expect(await updates.claim()).toMatchObject({ updateId: 1 });
    expect(await members()).toEqual([1, 2]);
    await updates.finish(1);
    await sleep(ALBUM_QUIET_MS + 100);
    const late = (await updates.claim()) as StoredUpdate;
    expect((await updates.album(late)).map(({ update_id: id }) => id)).toEqual([3]);
    await updates.finish(3);
    expect(await updates.claim()).toBeUndefined();
  });

  it('stores pictures without what the camera wrote into them, and says why one is not taken', async () => {
    const bot = await startBot(() => [], { mode: 'polling' });
    const client = bot.telegram.client(bot.chatId);
    const tagged = await sharp(await photo('#777'))
      .withExif({ IFD0: { Make: 'SecretCamera' }, IFD3: { GPSLatitude: '55/1 45/1 0/1', GPSLatitudeRef: 'N' } })
      .jpeg()
      .toBuffer();
    expect((await sharp(tagged).metadata()).exif).toBeDefined();
    client.sendsPhoto(tagged);
    client.sendsDocument({ name: 'logo.svg', contentType: 'image/png', bytes: Buffer.from('<svg xmlns="x"/>') });
    await until(async () => (await transcript(bot)).length === 2);
    const [clean, refused] = await transcript(bot);
    const stored = await new FolderFileStore(folder).open(clean?.attachments?.[0]?.fileId ?? '');
    const bytes = await buffer(stored?.stream ?? Readable.from([]));
    expect((await sharp(bytes).metadata()).exif).toBeUndefined();
    expect(bytes.includes('SecretCamera')).toBe(false);
    expect(refused?.text).toContain('[Файл «logo.svg» не получен: Векторные файлы SVG не принимаются');
    await bot.close();
  });

  it('answers presses, so that buttons stop spinning', async () => {
    const bot = await startBot(
      (text) => (text === 'x' ? [{ text: 'a', buttons: [{ text: 'Да', payload: 'a.yes' }] }] : []),
      { mode: 'polling' },
    );
    const client = bot.telegram.client(bot.chatId);
    client.says('x');
    await until(() => client.sees().length === 1);
    client.presses('a.yes');
    await until(() => [...bot.telegram.api.callbacks.values()].every(({ answered }) => answered));
    expect(bot.telegram.api.callbacks.size).toBe(1);
    await bot.close();
  });

  it('does not repeat a message whose answer was lost, and goes on', async () => {
    const bot = await startBot((text) => [{ text: `ответ: ${text}` }], { mode: 'polling' });
    const client = bot.telegram.client(bot.chatId);
    bot.telegram.faults.dropAnswers = 1;
    client.says('раз');
    await until(() => client.sees().length === 1);
    await sleep(500);
    client.says('два');
    await until(() => client.sees().length === 2);
    await sleep(300);
    expect(client.sees()).toEqual(['ответ: раз', 'ответ: два']);
    await bot.close();
  });

  it('repeats what the Bot API itself says it did not do', async () => {
    const bot = await startBot((text) => [{ text: `ответ: ${text}` }], { mode: 'polling' });
    const client = bot.telegram.client(bot.chatId);
    bot.telegram.faults.failures.push({ status: 500, json: true }, { status: 500, json: true });
    client.says('раз');
    await until(() => client.sees().length === 1);
    await sleep(300);
    expect(client.sees()).toEqual(['ответ: раз']);
    await bot.close();
  });

  it('gives up quietly on a client who blocked the bot', async () => {
    const bot = await startBot(() => [{ text: 'a' }], { mode: 'polling' });
    const client = bot.telegram.client(bot.chatId);
    bot.telegram.api.blockedChats.add(bot.chatId);
    client.says('x');
    await until(async () => {
      const { rows } = await database.pool.query(`select 1 from outbox where chat_id = $1 and state = 'dead'`, [
        `telegram:${bot.chatId}`,
      ]);
      return rows.length === 1;
    });
    expect(client.sees()).toEqual([]);
    await bot.close();
  });

  it('says what to do when the bot has a webhook or the token is wrong', async () => {
    const telegram = await TelegramSimulator.start();
    const parts = (token: string) => {
      const chats = createChats(database.pool);
      return {
        pool: database.pool,
        chats: chats.store,
        presence: chats.presence,
        outbox: chats.outbox,
        files: new FolderFileStore(folder),
        logger,
        telegram: { token, apiRoot: telegram.apiRoot, mode: 'polling' as const },
      };
    };
    const start = async (token: string) => {
      const app = await NestFactory.create(TelegramBotModule.register(parts(token)), {
        logger: false,
        abortOnError: false,
      });
      await app.init();
    };
    await expect(start('1:wrong')).rejects.toThrow('@BotFather');
    telegram.feed.setWebhook({ url: 'http://127.0.0.1:9/hook' }, false);
    await expect(start(telegram.token)).rejects.toThrow('deleteWebhook');
    await telegram.stop();
  });
});
