// `npm run dead-letters`: what was given up, and putting it back. Shows ids and errors, never what a client wrote.
import { parseArgs } from 'node:util';
import { loadConfig, openPlatform } from '#libs/platform';
import { createChats } from '../chats.js';

const USAGE = `npm run dead-letters -- list [--chat CHAT_ID] [--after ID] [--limit N]
npm run dead-letters -- replay ID [ID…]

Set DATABASE_URL, or stop the process that holds the data directory first.`;

const isId = (text: string) => /^[1-9]\d{0,17}$/.test(text);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { chat: { type: 'string' }, after: { type: 'string' }, limit: { type: 'string', default: '100' } },
  });
  const [command, ...ids] = positionals;
  const limit = Number(values.limit);
  const isList =
    command === 'list' &&
    ids.length === 0 &&
    Number.isInteger(limit) &&
    limit > 0 &&
    limit <= 10_000 &&
    (values.after === undefined || isId(values.after));
  const isReplay = command === 'replay' && ids.length > 0 && ids.every(isId);
  if (!isList && !isReplay) {
    console.error(USAGE);
    return 2;
  }
  const platform = await openPlatform({ ...loadConfig(), logLevel: 'warn' }, 'dead-letters');
  try {
    const { deadLetters } = createChats(platform.pool);
    if (isList) {
      const letters = await deadLetters.list({
        limit,
        ...(values.chat !== undefined && { chatId: values.chat }),
        ...(values.after !== undefined && { after: values.after }),
      });
      for (const { id, createdAt, source, chatId, ref, target, attempts, error } of letters) {
        console.log([id, createdAt, target ?? source, chatId, ref, `${attempts} attempts`, error].join('\t'));
      }
      console.log(letters.length === 0 ? 'there are none' : `${letters.length} shown`);
      return 0;
    }
    let missing = 0;
    for (const id of ids) {
      const isReplayed = await deadLetters.replay(id);
      if (!isReplayed) missing += 1;
      // A running process finds it by its next sweep.
      console.log(isReplayed ? `${id}: put back` : `${id}: there is no open dead letter of that id`);
    }
    return missing > 0 ? 1 : 0;
  } finally {
    await platform.shutdown.run();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE);
  else console.error(`dead letters could not be read: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
