// `npm run chat`: a conversation with the running bot in a terminal, over the same REST API partners use. Works piped.
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Button } from '#libs/chats';
import { ChatApi, ChatApiRefusal } from './chat-api.js';
import { readLine, renderForTerminal } from './terminal-view.js';

const WAIT_MS = 30_000;
const USAGE = `npm run chat -- [--url http://127.0.0.1:3000] [--chat-id ID] [--key KEY]

  Номер нажимает кнопку, остальное — сообщение боту (=5 отправит «5» как текст).
  /file ПУТЬ — отправить файл, /exit — выйти. Ключ можно дать переменной WEWALL_API_KEY.`;

function defaultChatId(): string {
  return `terminal-${userInfo().username.replace(/[^A-Za-z0-9._-]/g, '') || 'user'}`;
}

function explain(error: unknown, url: string): string {
  if (error instanceof ChatApiRefusal) {
    const hint = error.status === 401 ? ' Укажите ключ: npm run chat -- --key КЛЮЧ.' : '';
    return `Сервер отказал (${error.code}): ${error.message}${hint}`;
  }
  return `Нет связи с ${url}. Бот запущен? Запустить: npm start.`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: `http://127.0.0.1:${process.env.PORT ?? 3000}` },
      'chat-id': { type: 'string', default: defaultChatId() },
      key: { type: 'string', default: process.env.WEWALL_API_KEY ?? 'dev' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const interactive = process.stdin.isTTY === true;
  const color = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  const api = new ChatApi(values.url, values['chat-id'], values.key);
  let last = 0;
  let buttons: Button[] = [];
  let reading: Promise<void> = Promise.resolve();

  const input = createInterface({
    input: process.stdin,
    output: interactive ? process.stdout : undefined,
    prompt: '> ',
  });
  // Taken at once: lines of a pipe that come before somebody iterates are lost.
  const lines = input[Symbol.asyncIterator]();

  /** Prints what is new, in the transcript's order; calls queue up, so nothing is printed twice. */
  const catchUp = (options: { silently?: boolean } = {}): Promise<void> => {
    reading = reading.then(async () => {
      for (;;) {
        const messages = await api.messages(last);
        if (messages.length === 0) return;
        for (const message of messages) {
          last = message.seq;
          if (message.author !== 'client' && message.buttons) buttons = message.buttons;
          if (message.author === 'client' || options.silently) continue;
          if (interactive) process.stdout.write('\r\u001b[K');
          console.log(renderForTerminal(message, color));
        }
      }
    });
    return reading;
  };

  const say = async (line: string): Promise<void> => {
    const file = /^\/file\s+(.+)$/.exec(line.trim());
    if (file?.[1]) {
      const bytes = new Uint8Array(await readFile(file[1]));
      await api.say({ attachments: [{ uploadId: await api.upload(path.basename(file[1]), bytes) }] }, WAIT_MS);
    } else {
      const meant = readLine(line, buttons);
      if ('button' in meant && !interactive) console.log(`Вы: [${meant.label}]`);
      if ('text' in meant && !interactive) console.log(`Вы: ${meant.text}`);
      buttons = [];
      await api.say('button' in meant ? { button: meant.button } : { text: meant.text }, WAIT_MS);
    }
    await catchUp();
  };

  const stop = new AbortController();
  try {
    await catchUp({ silently: true });
    if (interactive) {
      console.log(last > 0 ? 'Продолжаем разговор.' : 'Здравствуйте! Напишите, что ищете, например: хочу снять офис.');
      console.log('Номер нажимает кнопку, /exit — выход.');
      for (const [index, { text }] of buttons.entries()) console.log(`  [${index + 1}] ${text}`);
      void api.listen(
        () =>
          void catchUp().then(
            () => input.prompt(true),
            () => {},
          ),
        stop.signal,
      );
      input.prompt();
    }
    for await (const line of lines) {
      if (line.trim() === '/exit') break;
      if (line.trim() !== '') {
        try {
          await say(line);
        } catch (error) {
          // In a pipe the rest would talk to nobody; a person may try again.
          if (!interactive) throw error;
          console.error(explain(error, values.url));
        }
      }
      if (interactive) input.prompt();
    }
  } catch (error) {
    console.error(explain(error, values.url));
    process.exitCode = 1;
  } finally {
    stop.abort();
    input.close();
  }
}

await main();
