import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newWebhookSecret, webhookSignature } from './webhook-signature.js';

type Verify = (rawBody: string, header: string, secret: string, now?: number) => boolean;

/** The function of docs/api.md as a partner copies it. */
async function documented(): Promise<Verify> {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/api.md'), 'utf8');
  const code = /```js\n([\s\S]+?)```/.exec(page)?.[1] ?? '';
  const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
  return ((await import(/* @vite-ignore */ url)) as { verifyWebhook: Verify }).verifyWebhook;
}

describe('the check of a signature in docs/api.md', () => {
  const body = '{"id":"wd-1","message":{"text":"ответ"}}';
  const [secret, former] = [newWebhookSecret(), newWebhookSecret()];
  const at = 1_800_000_000;
  const header = webhookSignature(body, [secret], at);

  it('accepts what we sign, with either secret while one is being changed', async () => {
    const verify = await documented();
    expect(verify(body, header, secret, at + 299)).toBe(true);
    const both = webhookSignature(body, [secret, former], at);
    expect([verify(body, both, secret, at), verify(body, both, former, at)]).toEqual([true, true]);
  });

  it.each<[string, string, string, string, number]>([
    ['another body', `${body} `, header, secret, at],
    ['another secret', body, header, former, at],
    ['an old delivery', body, header, secret, at + 301],
    ['a delivery from the future', body, header, secret, at - 301],
    ['another time under an old signature', body, header.replace(String(at), String(at + 1)), secret, at],
    ['no signature', body, `t=${at}`, secret, at],
    ['a short signature', body, `t=${at},v1=00`, secret, at],
    ['nonsense', body, 'nonsense', secret, at],
    ['no header', body, 'undefined', secret, at],
  ])('refuses %s', async (_name, raw, given, key, now) => {
    expect((await documented())(raw, given, key, now)).toBe(false);
  });
});
