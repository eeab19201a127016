import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageContent } from '#libs/chats';

/** What reached the chat from a client, in the order of the mailbox. */
export interface ReceivedMessage {
  text: string;
  button?: string;
}

/** What a client can see of the other side's messages: text without markup, captions and payloads of buttons. */
export interface SeenMessage {
  text: string;
  buttons: { text: string; payload: string }[];
}

/**
 * One chat of a channel, driven from both ends over the channel's real entrance and exit. Each case gets a fresh one.
 * The bot behind it answers every message at once with what `answer` gives.
 */
export interface ConnectorHarness {
  /** The client says something; the provider delivers it `deliveries` times under one id. */
  clientSays(text: string, deliveries?: number): Promise<void>;
  /** The client presses a button it was shown. */
  clientPresses(payload: string): Promise<void>;
  received(): Promise<ReceivedMessage[]>;
  seen(): Promise<SeenMessage[]>;
  /** A manager takes the chat over / gives it back. */
  takeOver(): Promise<void>;
  giveBack(): Promise<void>;
  /** Delivers the bot's own last message to the channel's entrance, where the provider may do that. */
  echo?(): Promise<void>;
  /** How often the provider was asked again before the time it had named; where there is flood control. */
  earlyRetries?(): number;
  close(): Promise<void>;
}

export type HarnessFactory = (
  answer: (text: string) => MessageContent[],
  options: { slowProvider: boolean },
) => Promise<ConnectorHarness>;

export interface ConformanceCase {
  name: string;
  run(): Promise<void>;
}

async function until(what: string, check: () => Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > deadline) assert.fail(`timed out waiting until ${what}`);
    await sleep(20);
  }
}

/** Long enough for anything that should not happen to happen. */
const settle = () => sleep(400);
const withoutSpace = (text: string) => text.replace(/\s+/g, '');
const echoed = (text: string): MessageContent[] => [{ text: `ответ: ${text}` }];

const HOSTILE = '<b>жирно</b> & "кавычки" <script>alert(1)</script> _md_ *md* [a](tg://x) &lt; </b';
const LONG = Array.from({ length: 1_500 }, (_, index) => `слово${index}`).join(' ');

/** The cases every connector passes: run each as a test of its own. Failures are AssertionErrors. */
export function connectorConformance(create: HarnessFactory): ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  const define = (
    name: string,
    answer: (text: string) => MessageContent[],
    body: (chat: ConnectorHarness) => Promise<void>,
    options = { slowProvider: false },
  ) =>
    cases.push({
      name,
      async run() {
        const chat = await create(answer, options);
        try {
          await body(chat);
        } finally {
          await chat.close();
        }
      },
    });
  const seenTexts = async (chat: ConnectorHarness) => (await chat.seen()).map(({ text }) => text);

  define('a message delivered three times is one message with one answer', echoed, async (chat) => {
    await chat.clientSays('офис', 3);
    await until('the answer is seen', async () => (await chat.seen()).length > 0);
    await settle();
    assert.deepEqual(await chat.received(), [{ text: 'офис' }]);
    assert.deepEqual(await seenTexts(chat), ['ответ: офис']);
  });

  define('messages keep their order, answers theirs', echoed, async (chat) => {
    const said = Array.from({ length: 12 }, (_, index) => `сообщение ${index + 1}`);
    for (const text of said) await chat.clientSays(text);
    await until('all answers are seen', async () => (await chat.seen()).length >= said.length);
    assert.deepEqual(
      (await chat.received()).map(({ text }) => text),
      said,
    );
    assert.deepEqual(
      await seenTexts(chat),
      said.map((text) => `ответ: ${text}`),
    );
  });

  define('the bot’s own message coming back is not a client’s', echoed, async (chat) => {
    await chat.clientSays('привет');
    await until('the answer is seen', async () => (await chat.seen()).length === 1);
    if (!chat.echo) return;
    await chat.echo();
    await settle();
    assert.equal((await chat.received()).length, 1);
    assert.equal((await chat.seen()).length, 1);
  });

  define('while a manager owns the chat the bot is silent and the client is heard', echoed, async (chat) => {
    await chat.clientSays('первое');
    await until('the answer is seen', async () => (await chat.seen()).length === 1);
    await chat.takeOver();
    await chat.clientSays('второе');
    await until('it is stored', async () => (await chat.received()).length === 2);
    await settle();
    assert.equal((await chat.seen()).length, 1, 'the bot spoke over the manager');
    await chat.giveBack();
    await chat.clientSays('третье');
    await until('the bot answers again', async () => (await seenTexts(chat)).at(-1) === 'ответ: третье');
  });

  define(
    'markup in a text is shown as it is written',
    () => [{ text: HOSTILE, cards: [{ title: '<i>Лот</i>', rows: [{ label: 'A & B', value: '1 < 2' }] }] }],
    async (chat) => {
      await chat.clientSays('x');
      await until('the answer is seen', async () => (await chat.seen()).length > 0);
      const text = (await seenTexts(chat)).join('\n');
      for (const part of [HOSTILE, '<i>Лот</i>', 'A & B', '1 < 2']) assert.ok(text.includes(part), `lost: ${part}`);
    },
  );

  define(
    'a text beyond the channel’s limit arrives whole, in order',
    () => [{ text: LONG }],
    async (chat) => {
      await chat.clientSays('x');
      await until(
        'all of it is seen',
        async () => withoutSpace((await seenTexts(chat)).join('')) === withoutSpace(LONG),
      );
    },
  );

  define(
    'a pressed button comes back as its payload, up to 64 bytes of it',
    (text) =>
      text === 'x'
        ? [
            {
              text: 'Верно?',
              buttons: [
                { text: 'Да', payload: 'я'.repeat(32) },
                { text: 'Нет', payload: 'a.no' },
              ],
            },
          ]
        : [],
    async (chat) => {
      await chat.clientSays('x');
      await until('the buttons are seen', async () => (await chat.seen()).some(({ buttons }) => buttons.length === 2));
      await chat.clientPresses('я'.repeat(32));
      await until('the press is stored', async () => (await chat.received()).at(-1)?.button === 'я'.repeat(32));
    },
  );

  define('control characters and broken Unicode do not break a chat', echoed, async (chat) => {
    await chat.clientSays('офис\u0000\u0007 100\ud800 👨‍👩‍👧');
    await until('the answer is seen', async () => (await chat.seen()).length === 1);
    const [received] = await chat.received();
    assert.ok(received?.text.startsWith('офис 100') && received.text.endsWith('👨‍👩‍👧'), 'the text was damaged');
  });

  define(
    'a provider that asks to wait is obeyed; nothing is lost, doubled or reordered',
    () => Array.from({ length: 6 }, (_, index) => ({ text: `часть ${index + 1}` })),
    async (chat) => {
      await chat.clientSays('x');
      const expected = Array.from({ length: 6 }, (_, index) => `часть ${index + 1}`);
      await until('all parts are seen', async () => (await chat.seen()).length >= 6, 20_000);
      await settle();
      assert.deepEqual(await seenTexts(chat), expected);
      assert.equal(chat.earlyRetries?.() ?? 0, 0, 'asked again too early');
    },
    { slowProvider: true },
  );
  return cases;
}
