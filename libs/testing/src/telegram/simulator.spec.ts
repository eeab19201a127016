import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TelegramSimulator } from './simulator.js';

interface BotApiAnswer {
  ok: boolean;
  error_code?: number;
  description?: string;
  parameters?: { retry_after?: number };
  result?: unknown;
}

describe('TelegramSimulator', () => {
  let telegram: TelegramSimulator;
  const call = async (method: string, body: unknown = {}, token = telegram.token): Promise<BotApiAnswer> => {
    const response = await fetch(`${telegram.apiRoot}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as BotApiAnswer;
  };

  beforeEach(async () => {
    telegram = await TelegramSimulator.start({ pace: { perSecond: 1, burst: 3 } });
    telegram.client(1);
  });
  afterEach(() => telegram.stop());

  it('knows its token and its methods', async () => {
    expect(await call('getMe', {}, '1:wrong')).toMatchObject({ ok: false, error_code: 401 });
    expect(await call('noSuchMethod')).toMatchObject({ ok: false, error_code: 404 });
    expect(await call('getMe')).toMatchObject({ ok: true, result: { is_bot: true } });
  });

  it.each([
    ['an empty text', { text: ' ' }, 'message text is empty'],
    ['4097 visible characters', { text: 'я'.repeat(4097) }, 'message is too long'],
    ['an unclosed tag', { text: '<b>a', parse_mode: 'HTML' }, "can't parse entities"],
    ['an unknown tag', { text: '<h1>a</h1>', parse_mode: 'HTML' }, 'Unsupported start tag "h1"'],
    ['a bare <', { text: 'a < b', parse_mode: 'HTML' }, "can't parse entities"],
    ['crossed tags', { text: '<b><i>a</b></i>', parse_mode: 'HTML' }, 'Unmatched end tag'],
    [
      'a payload of 65 bytes',
      { text: 'a', reply_markup: { inline_keyboard: [[{ text: 'b', callback_data: 'x'.repeat(65) }]] } },
      'BUTTON_DATA_INVALID',
    ],
    [
      'a button without text',
      { text: 'a', reply_markup: { inline_keyboard: [[{ text: '', callback_data: 'x' }]] } },
      'button text',
    ],
    ['a keyboard that is no array', { text: 'a', reply_markup: { inline_keyboard: {} } }, 'must be an Array'],
  ])('refuses %s', async (_name, body, description) => {
    const answer = await call('sendMessage', { chat_id: 1, ...body });
    expect(answer).toMatchObject({ ok: false, error_code: 400 });
    expect(answer.description).toContain(description);
    expect(telegram.api.accepted).toHaveLength(0);
  });

  it('counts visible characters, not markup', async () => {
    const answer = await call('sendMessage', { chat_id: 1, text: `<b>${'&lt;'.repeat(4096)}</b>`, parse_mode: 'HTML' });
    expect(answer.ok).toBe(true);
    expect(telegram.client(1).sees()).toEqual(['<'.repeat(4096)]);
  });

  it('refuses strangers and those who blocked the bot', async () => {
    expect(await call('sendMessage', { chat_id: 2, text: 'a' })).toMatchObject({
      error_code: 400,
      description: 'Bad Request: chat not found',
    });
    telegram.client(1).blocksBot();
    expect(await call('sendMessage', { chat_id: 1, text: 'a' })).toMatchObject({ error_code: 403 });
  });

  it('answers 429 with retry_after and notices who does not wait', async () => {
    for (let i = 0; i < 3; i++)
      expect(await call('sendMessage', { chat_id: 1, text: 'a' })).toMatchObject({ ok: true });
    expect(await call('sendMessage', { chat_id: 1, text: 'a' })).toMatchObject({
      error_code: 429,
      parameters: { retry_after: 1 },
    });
    expect(await call('sendMessage', { chat_id: 1, text: 'a' })).toMatchObject({ error_code: 429 });
    expect(telegram.pace.earlyRetries).toBe(1);
  });

  it('confirms updates by offset and lets one poller be', async () => {
    const client = telegram.client(1);
    const first = client.says('раз');
    client.says('два');
    expect((await call('getUpdates', { offset: 0 })).result).toHaveLength(2);
    expect((await call('getUpdates', { offset: first.update_id + 1 })).result).toHaveLength(1);
    expect((await call('getUpdates', {})).result).toHaveLength(1);
    const waiting = call('getUpdates', { offset: first.update_id + 2, timeout: 20 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    void call('getUpdates', { offset: first.update_id + 2, timeout: 0 });
    expect(await waiting).toMatchObject({ error_code: 409 });
    await call('setWebhook', { url: 'http://127.0.0.1:9/hook' });
    expect(await call('getUpdates')).toMatchObject({ error_code: 409 });
    expect(await call('setWebhook', { url: 'http://example.org/' })).toMatchObject({ error_code: 400 });
    expect(await call('setWebhook', { url: 'https://example.org/', secret_token: 'с кириллицей' })).toMatchObject({
      error_code: 400,
    });
  });

  it('accepts and hangs up when told to', async () => {
    telegram.faults.dropAnswers = 1;
    await expect(call('sendMessage', { chat_id: 1, text: 'a' })).rejects.toThrow();
    expect(telegram.api.accepted).toHaveLength(1);
  });
});
