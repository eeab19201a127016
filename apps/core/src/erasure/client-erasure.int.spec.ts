import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Chats, createChats, type JsonObject, type TurnHandler } from '#libs/chats';
import { CrmInbox } from '#libs/crm';
import { FolderFileStore, migrate } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { ClientErasure, ErasureRefusedError } from './client-erasure.js';
import { chatsOfPhone } from './client-search.js';
import { findWords } from './personal-tables.js';

/** Whatever a client says: it must be nowhere afterwards. */
const MARKER = 'Вознесенский-7b1e';
const GONE = 'telegram:700100200';
const STAYS = 'telegram:700100201';

/** A turn that repeats what it heard in every kind of effect and in its state. */
const echo: TurnHandler = {
  async run({ events }) {
    const [event] = events;
    const text = event?.kind === 'client' ? (event.text ?? '') : '';
    const attachments = event?.kind === 'client' ? (event.attachments ?? []) : [];
    return {
      effects: [
        { type: 'reply', message: { text: `вы сказали: ${text}`, attachments } },
        { type: 'job', name: 'search', payload: { text } },
        { type: 'crm', name: 'note', data: { text } },
        { type: 'timer', name: 'later', afterMs: 3_600_000, data: { text } },
      ],
      view: { scenario: 'search', step: 'area', slots: { said: text } },
    };
  },
  apology: () => ({ text: 'Ошибка' }),
};

describe(ClientErasure.name, () => {
  let database: TestDatabase;
  let chats: Chats;
  let files: FolderFileStore;
  const folder = mkdtempSync(path.join(tmpdir(), 'wewall-erasure-'));
  const cancelled: string[] = [];
  let activeJob = false;
  const jobs = {
    cancel: async (_name: string, id: string) => cancelled.push(id) > 0,
    state: async () => (activeJob ? ('active' as const) : ('unknown' as const)),
  };
  const erasure = () => new ClientErasure(database.pool, files, jobs);

  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'), { max: 6 });
    await migrate(database.pool);
    files = new FolderFileStore(folder);
    chats = createChats(database.pool, { quietMs: 0, sweepMs: 20, crm: true });
    const runner = await chats.createRunner(echo);
    runner.start();
    for (const [chatId, words] of [
      [GONE, MARKER],
      [STAYS, 'ничего особенного'],
    ] as const) {
      await talk(chatId, words);
    }
    await runner.stop();
  });
  afterAll(async () => {
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A chat with everything that may be kept about a client, by the ways it comes in. */
  async function talk(chatId: string, words: string): Promise<void> {
    const { pool } = database;
    const number = Number(chatId.split(':')[1]);
    const own = await files.put(Buffer.from(`план ${words}`), { name: `${words}.pdf`, contentType: 'application/pdf' });
    const same = await files.put(Buffer.from('общий план'), { name: 'план.pdf', contentType: 'application/pdf' });
    await chats.store.ingestClientMessage({
      chatId,
      channel: 'telegram',
      id: `m-${words}`,
      text: `я ${words}, телефон 8 (916) 123-45-${chatId === GONE ? '67' : '68'}`,
      attachments: [own, same].map(({ fileId, name, contentType, size }) => ({ fileId, name, contentType, size })),
      profile: { name: words, phone: chatId === GONE ? '+79161234567' : '+79161234568' },
      address: { chatId: number },
    });
    while ((await chats.store.view(chatId)).step !== 'area') await sleep(10);
    await chats.store.ingestJobResult({
      chatId,
      jobId: `${chatId}:1:1`,
      name: 'search',
      status: 'completed',
      result: words,
    });
    await chats.store.linkExternalId('amojo', `amojo-${words}`, chatId);
    await pool.query(`insert into checkpoint_writes values ($1, '', 'c', 't', 0, 'said', $2)`, [chatId, `"${words}"`]);
    await pool.query(`insert into checkpoints values ($1, '', 'c', null, $2, '{}')`, [
      chatId,
      JSON.stringify({ words }),
    ]);
    await pool.query(
      `insert into dead_letters (chat_id, source, ref, error, attempts) values ($1, 'turn', $2, 'x', 1)`,
      [chatId, `client:m-${words}`],
    );
    const update: JsonObject = { message: { text: words, chat: { id: number } } };
    await pool.query('insert into telegram_updates (update_id, bot_id, chat_id, body) values ($1, 1, $1, $2)', [
      number,
      update,
    ]);
    await pool.query(`insert into telegram_deliveries (outbox_id, step, state) values ($1, 0, 'sent')`, [
      `${chatId}:1:0`,
    ]);
    await pool.query('insert into crm_chats (chat_id, amojo_chat_id, lead_id) values ($1, $2, 5)', [
      chatId,
      `uuid-${words}`,
    ]);
    await pool.query(
      `insert into crm_messages (our_id, chat_id, direction, author, at) values ($1, $2, 'out', 'client', 1)`,
      [`our-${words}`, chatId],
    );
    await new CrmInbox(pool).add({
      kind: 'chat-hook',
      key: `hook-${chatId}`,
      lane: `uuid-${words}`,
      body: { message: { conversation: { id: `uuid-${words}`, client_id: chatId }, text: words } },
    });
    await pool.query(`insert into uploads (id, owner, file) values ($1, 'telegram', $2)`, [`u-${words}`, own]);
    await pool.query(`insert into vision_labels values ($1, $2, 'kind', 'plan', 'client')`, [`l-${words}`, own.fileId]);
    await pool.query('insert into vision_steps (key, value) values ($1, $2)', [`${own.sha256}:ocr:1`, { text: words }]);
    await pool.query(`insert into follow_ups values ($1, 1, 1)`, [chatId]);
    await pool.query(
      `insert into webhook_deliveries (id, endpoint_id, lane, type, ref) values ($1, 'e', $2, 'message', $3)`,
      [`wd-${chatId}`, chatId, { chatId, words }],
    );
  }

  const filesWith = (word: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(folder, name))
      .filter((file) => statSync(file).isFile() && readFileSync(file, 'utf8').includes(word));

  it('finds the chats of a phone number however it was written, and no others', async () => {
    for (const phone of ['+7 916 123-45-67', '89161234567', '9161234567']) {
      expect(await chatsOfPhone(database.pool, phone)).toEqual([GONE]);
    }
    expect(await chatsOfPhone(database.pool, '+79161234500')).toEqual([]);
    await expect(chatsOfPhone(database.pool, '1234567')).rejects.toThrow('--phone');
  });

  it('counts and changes nothing until it is told to', async () => {
    const plan = await erasure().plan(GONE);
    expect(plan).toMatchObject({
      chatId: GONE,
      files: 2,
      removed: { chats: 1, transcript: expect.any(Number), checkpoints: 1 },
    });
    expect(await erasure().plan(GONE)).toEqual(plan);
    expect(await findWords(database.pool, [MARKER])).not.toEqual([]);
    await expect(erasure().plan('telegram:1')).rejects.toThrow(ErasureRefusedError);
  });

  it('refuses while a turn, a send or a job of the chat runs', async () => {
    const { pool } = database;
    await pool.query(`update chats set lease_until = now() + interval '1 minute' where id = $1`, [GONE]);
    await expect(erasure().erase(GONE)).rejects.toThrow('a turn or a send is running');
    await pool.query(`update chats set lease_until = 'epoch' where id = $1`, [GONE]);
    const leased = `update outbox set leased_until = now() + $2::interval where chat_id = $1 and target = 'telegram'`;
    await pool.query(leased, [GONE, '1 minute']);
    await expect(erasure().erase(GONE)).rejects.toThrow('a turn or a send is running');
    await pool.query(leased, [GONE, '-1 minute']);
    activeJob = true;
    await expect(erasure().erase(GONE)).rejects.toThrow('its job search is running');
    activeJob = false;
    // A refusal leaves the chat as it was: turns may take it at once.
    expect((await pool.query('select from chats where id = $1 and lease_until < now()', [GONE])).rowCount).toBe(1);
  });

  it('leaves no word of the client in any table or file, the other client whole, and a record that names nobody', async () => {
    const { pool } = database;
    const plan = await erasure().plan(GONE);
    const other = await erasure().plan(STAYS);
    expect(filesWith(MARKER)).not.toEqual([]);
    const done = await erasure().erase(GONE);
    expect(done.removed).toEqual(plan.removed);
    expect(await findWords(pool, [MARKER, GONE, '700100200', '9161234567', '123-45-67'])).toEqual([]);
    expect(await erasure().leftovers(GONE)).toEqual([]);
    expect(filesWith(MARKER)).toEqual([]);
    expect(await erasure().plan(STAYS)).toEqual(other);
    // One of the two files is the other client's as well.
    expect(done.files).toBe(1);
    expect(other.files).toBe(2);
    const { rows } = await pool.query('select removed from erasures');
    expect(rows).toEqual([{ removed: { ...done.removed, files: 1 } }]);
    expect(await erasure().erasedAt(GONE)).toBeInstanceOf(Date);
    expect(await erasure().erasedAt(STAYS)).toBeNull();
  });

  it('lets the client begin anew', async () => {
    const receipt = await chats.store.ingestClientMessage({
      chatId: GONE,
      channel: 'telegram',
      id: 'again',
      text: 'снова',
    });
    expect(receipt).toMatchObject({ seq: 1, duplicate: false });
  });
});
