import { describe, expect, it } from 'vitest';
import { hookSignature, sign, verifyHookSignature } from './signature.js';

const SECRET = '5a44c5dff55f3c15a4cce8d7c4cc27e207c7e189';
const DATE = new Date('2020-10-29T11:59:55Z');
const BODY = Buffer.from(
  '{"account_id":"af9945ff-1490-4cad-807d-945c15d88bec","title":"ScopeTitle","hook_api_version":"v2"}',
);

describe('signature of the Chats API', () => {
  it('matches the vendor sample of connect', () => {
    const path = '/v2/origin/custom/f90ba33d-c9d9-44da-b76c-c349b0ecbe41/connect';
    expect(sign({ method: 'POST', path, body: BODY, secret: SECRET, date: DATE })).toEqual({
      Date: 'Thu, 29 Oct 2020 11:59:55 +0000',
      'Content-Type': 'application/json',
      'Content-MD5': 'a5e8ae04332a6d0aac15f01ad05d40e3',
      'X-Signature': 'e0dcc1936d766a7d5f53fe19887fafa50bef92e0',
    });
  });

  it('signs GET over the MD5 of nothing', () => {
    const headers = sign({
      method: 'GET',
      path: '/v2/origin/custom/SCOPE/chats/CHAT/history',
      body: Buffer.alloc(0),
      secret: SECRET,
      date: DATE,
    });
    expect(headers['Content-MD5']).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(headers['X-Signature']).toBe('d3bdeaee76be02249d09aed6222a3bbea5554f50');
  });

  it('signs hooks over the body alone', () => {
    expect(hookSignature(BODY, SECRET)).toBe('657d0e9a26f54dfb1723ee4efc96549ee7ca3928');
  });

  it.each([
    ['the raw body', BODY, hookSignature(BODY, SECRET), true],
    [
      'a body with a trailing newline signed trimmed',
      Buffer.concat([BODY, Buffer.from('\n')]),
      hookSignature(BODY, SECRET),
      true,
    ],
    ['upper-case hex', BODY, hookSignature(BODY, SECRET).toUpperCase(), true],
    ['another body', Buffer.from('{}'), hookSignature(BODY, SECRET), false],
    ['another secret', BODY, hookSignature(BODY, 'other'), false],
    ['a short signature', BODY, 'ab', false],
    ['no signature', BODY, undefined, false],
  ])('verifies %s', (_name, body, signature, valid) => {
    expect(verifyHookSignature(body, signature, [SECRET])).toBe(valid);
  });

  it('accepts the old secret while it is being rotated', () => {
    expect(verifyHookSignature(BODY, hookSignature(BODY, SECRET), ['new-secret', SECRET])).toBe(true);
  });
});
