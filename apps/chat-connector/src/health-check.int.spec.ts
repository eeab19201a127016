import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { CrmInbox, createCrm, LEAD_FIELDS, setUpAccount } from '#libs/crm';
import { migrate } from '#libs/platform';
import { AmoCrmSimulator, createTestDatabase, type TestDatabase } from '#libs/testing';
import { checkCrm } from './health-check.js';

let database: TestDatabase;
let amocrm: AmoCrmSimulator;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  await migrate(database.pool);
  amocrm = new AmoCrmSimulator();
  url = await amocrm.start();
});
afterAll(async () => {
  await amocrm.stop();
  await database.drop();
});

const HOOK = 'https://bot.example.org/webhooks/amocrm/0123456789abcdef';

function open(secret = amocrm.state.channel.secret, token = amocrm.credentials.longLivedToken) {
  return createCrm(
    database.pool,
    {
      baseUrl: url,
      chatsBaseUrl: url,
      channelId: amocrm.state.channel.id,
      channelSecret: secret,
      channelBotId: amocrm.state.channel.botId,
      auth: { token },
    },
    { sign: (fileId) => fileId },
  );
}

async function unwell(crm = open()): Promise<string[]> {
  const inbox = new CrmInbox(database.pool);
  const findings = await checkCrm({ crm, inbox, crmHookUrl: HOOK, deadLetters: async () => 0 });
  for (const { ok, advice } of findings) if (!ok) expect(advice).toBeTruthy();
  return findings.filter(({ ok }) => !ok).map(({ check }) => check);
}

it('tells what is missing before the setup, and that all is well after it, however often it runs', async () => {
  expect(await unwell()).toEqual(['set up', 'channel', 'stages', 'fields', 'hooks']);
  const crm = open();
  const lines: string[] = [];
  const setUp = () =>
    setUpAccount(
      { rest: crm.rest, chats: crm.chatsApi, store: crm.accounts },
      { title: 'WeWall AI', sourceExternalId: 'wewall_bot', crmHookUrl: HOOK },
      (line) => lines.push(line),
    );
  await setUp();
  expect(lines.filter((line) => line.startsWith('field'))).toHaveLength(LEAD_FIELDS.length);
  await setUp();
  expect(amocrm.state.leadFields).toHaveLength(LEAD_FIELDS.length);
  expect(amocrm.state.sources).toHaveLength(1);
  expect(amocrm.state.webhooks).toHaveLength(1);
  expect(await unwell()).toEqual([]);
});

it('names a wrong secret, a wrong token and fields that were deleted', async () => {
  expect(await unwell(open('wrong'))).toEqual(['channel']);
  expect(await unwell(open(undefined, 'wrong'))).toEqual(['credentials', 'stages', 'fields', 'hooks']);
  amocrm.state.leadFields.length = 0;
  expect(await unwell()).toEqual(['fields']);
});
