import { expect, it } from 'vitest';
import { derivedId } from '#libs/platform';
import { checkMirror, type MirrorRow } from './mirror-check.js';

const row = (outboxId: string, state = 'sent', text = outboxId): MirrorRow => ({ chatId: 'c', outboxId, state, text });
const copy = (outboxId: string, text = outboxId) => ({ id: derivedId('msg', outboxId, 0), text });
const check = (log: MirrorRow[], ...messages: { id: string; text: string }[]) =>
  checkMirror(log, [{ chatId: 'c', messages }]);

const fine = { mirrored: 0, queued: 0, lost: 0, duplicated: 0, reordered: 0 };

it('counts what the account has, also when its answer is still on the way, and what waits', () => {
  const log = [row('a'), row('b', 'pending'), row('c', 'pending')];
  expect(check(log, copy('a', 'a\n\nКнопки: [да]'), copy('b'))).toEqual({ ...fine, mirrored: 2, queued: 1 });
});

it('counts as lost what is said to be sent and is not there, has another text, was given up or was never to be mirrored', () => {
  const log = [row('a'), row('b'), row('c', 'dead'), { chatId: 'c', outboxId: null, state: null, text: 'd' }];
  expect(check(log, copy('b', 'другое'))).toEqual({ ...fine, lost: 4 });
  expect(checkMirror([row('a')], [])).toEqual({ ...fine, lost: 1 });
});

it('counts what is there twice or in another order', () => {
  const log = [row('a'), row('b'), row('c')];
  expect(check(log, copy('a'), copy('c'), copy('b'))).toEqual({ ...fine, mirrored: 3, reordered: 1 });
  expect(check(log, copy('a'), copy('b'), copy('b'), copy('c'))).toEqual({ ...fine, mirrored: 3, duplicated: 1 });
});
