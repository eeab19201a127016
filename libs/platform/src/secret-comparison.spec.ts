import { describe, expect, it } from 'vitest';
import { FileLinks } from './files/file-links.js';
import { isOneOfSecrets } from './secret-comparison.js';

describe('isOneOfSecrets', () => {
  it.each<[string, (string | undefined)[], boolean]>([
    ['new', ['new', 'old'], true],
    ['old', ['new', 'old'], true],
    ['old', ['new', undefined], false],
    ['', ['new'], false],
    ['undefined', [undefined, undefined], false],
    ['any', [], false],
  ])('%j of %j: %s', (given, secrets, expected) => expect(isOneOfSecrets(given, ...secrets)).toBe(expected));
});

describe('FileLinks', () => {
  it('opens links of the former secret while it is being changed', () => {
    const fileId = 'a'.repeat(40);
    const parts = (link: string) => new URL(link).searchParams;
    const opens = (links: FileLinks, link: string) =>
      links.verify(fileId, parts(link).get('exp') ?? '', parts(link).get('sig') ?? '');
    const old = new FileLinks('http://files.test', 'old').sign(fileId);
    const changing = new FileLinks('http://files.test', 'new', undefined, 'old');
    expect(opens(changing, old)).toBe(true);
    expect(opens(new FileLinks('http://files.test', 'new'), old)).toBe(false);
    expect(opens(new FileLinks('http://files.test', 'new'), changing.sign(fileId))).toBe(true);
  });
});
