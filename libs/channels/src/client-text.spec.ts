import { describe, expect, it } from 'vitest';
import { isCallerChatId, normalizeClientText } from './client-text.js';

describe('normalizeClientText', () => {
  it.each([
    ['офис\u0000 100\u0007 м²', 'офис 100 м²'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['\ud800лот', '\ufffdлот'],
    ['и\u0306ога', 'йога'],
    ['\u202eабв\u202c', 'абв'],
    [' 👨‍👩‍👧 \t', '👨‍👩‍👧'],
    ["'; drop table chats; --", "'; drop table chats; --"],
  ])('%j becomes %j', (input, expected) => expect(normalizeClientText(input)).toBe(expected));
});

describe('isCallerChatId', () => {
  it.each([
    ['a', true],
    ['A-z.0_9:', true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['', false],
    ['чат', false],
    ['a/b', false],
    ['a b', false],
    ['a\n', false],
  ])('%j: %s', (id, allowed) => expect(isCallerChatId(id)).toBe(allowed));
});
