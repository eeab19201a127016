import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Phrase } from '#libs/estates';
import { PhraseBook, PhraseBookError } from './phrase-book.js';
import { PHRASE_PLACEHOLDERS } from './phrase-keys.js';

const RECORDS = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../../../data/messages.json'), 'utf8'),
) as Phrase[];

function problemsOf(records: readonly Phrase[]): readonly string[] {
  try {
    PhraseBook.load(records);
    return [];
  } catch (error) {
    if (error instanceof PhraseBookError) return error.problems;
    throw error;
  }
}

const edited = (key: string, change: Partial<Phrase>) =>
  RECORDS.map((record) => (record.key === key ? { ...record, ...change } : record));

describe('PhraseBook', () => {
  it('loads the committed phrases, and they are exactly those the code uses', () => {
    expect(problemsOf(RECORDS)).toEqual([]);
    expect(RECORDS.map((record) => record.key).sort()).toEqual(Object.keys(PHRASE_PLACEHOLDERS).sort());
  });

  it.each([
    ['a missing key', RECORDS.filter((record) => record.key !== 'search.lot'), 'search.lot: missing'],
    [
      'an unknown placeholder',
      edited('search.lot', { text: 'Лот {price}' }),
      'search.lot: unknown placeholder {price}',
    ],
    ['an empty text', edited('menu.again', { text: '  ' }), 'menu.again: empty text'],
    ['a key twice', [...RECORDS, RECORDS[0] as Phrase], `${RECORDS[0]?.key}: the key occurs twice`],
    [
      'an unknown button',
      edited('menu.again', { buttons: [{ text: '?', payload: 'search.destroy' }] }),
      'menu.again: unknown button search.destroy',
    ],
  ])('refuses %s and names it', (_what, records, problem) => {
    expect(problemsOf(records)).toContain(problem);
  });

  it('never expands what a value brings', () => {
    const book = PhraseBook.load(RECORDS);
    expect(book.text('search.confirm', { recap: '{recap} $& {phone}' })).toContain('{recap} $& {phone}');
  });
});
