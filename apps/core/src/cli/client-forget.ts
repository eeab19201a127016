// `npm run client:forget -- --chat ID | --phone +7…`: what is kept about a client; with --yes it is removed.
import { parseArgs } from 'node:util';
import { openQueues } from '#libs/hosting';
import { loadConfig, type OpenedPlatform, openPlatform } from '#libs/platform';
import { JobQueue } from '#libs/queues';
import { ClientErasure, ErasureRefusedError, type ErasureSummary } from '../erasure/client-erasure.js';
import { chatsOfPhone } from '../erasure/client-search.js';

const USAGE = `npm run client:forget -- --chat ID            counts what is kept about the client of this chat
npm run client:forget -- --phone +7…          the same for every chat in which the number was told
npm run client:forget -- --chat ID --yes      removes it; an audit row without personal data stays
npm run client:forget -- --chat ID --check    whether this chat was forgotten before, and when

Set DATABASE_URL, or stop the process that holds the data directory first.`;

function show({ chatId, removed, files }: ErasureSummary): string {
  const lines = Object.entries(removed).map(([table, count]) => `  ${table}: ${count}`);
  return [`${chatId}`, ...lines, `  files: ${files}`].join('\n');
}

async function forget(
  platform: OpenedPlatform,
  values: { chat?: string; phone?: string; yes: boolean; check: boolean },
) {
  const { pool, files, shutdown } = platform;
  const jobs = new JobQueue(await openQueues(platform));
  shutdown.add('job queues', () => jobs.close());
  const erasure = new ClientErasure(pool, files, jobs);
  if (values.check && values.chat) {
    const at = await erasure.erasedAt(values.chat);
    console.log(at ? `forgotten at ${at.toISOString()}` : 'never forgotten');
    return 0;
  }
  const chats = values.chat ? [values.chat] : await chatsOfPhone(pool, values.phone ?? '');
  if (chats.length === 0) console.log('no chat has this number');
  let status = 0;
  for (const chatId of chats) {
    console.log(show(values.yes ? await erasure.erase(chatId) : await erasure.plan(chatId)));
    const left = values.yes ? await erasure.leftovers(chatId) : [];
    if (left.length > 0) {
      console.error(`the id of the chat still stands in ${left.join(', ')}`);
      status = 1;
    }
  }
  if (!values.yes && chats.length > 0) console.log('nothing was removed: repeat it with --yes');
  return status;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      chat: { type: 'string' },
      phone: { type: 'string' },
      yes: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
  });
  if ((values.chat === undefined) === (values.phone === undefined)) {
    console.error(USAGE);
    return 2;
  }
  const platform = await openPlatform(loadConfig(), 'client-forget');
  try {
    return await forget(platform, values);
  } catch (error) {
    if (!(error instanceof ErasureRefusedError)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    await platform.shutdown.run();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
