import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTACT } from '../intent/wordings/contact.js';
import { ELSEWHERE, NOT_OURS } from '../intent/wordings/foreign.js';
import { MARKET } from '../intent/wordings/market.js';
import { MENU } from '../intent/wordings/menu.js';
import { RESTART } from '../intent/wordings/restart.js';
import { SEARCH } from '../intent/wordings/search.js';
import { VALUE } from '../intent/wordings/value.js';
import { beginnings } from './pattern-beginnings.js';
import { PatternIndex } from './pattern-index.js';
import { readUtterance } from './utterance.js';

describe('beginnings', () => {
  it.each([
    [' да ', 3, [' да']],
    [' (?:ой|ну )?нет', 3, [' ой', ' ну', ' не']],
    ['^ (?!не)а', 3, [' а']],
    [' [ау]х', 3, [' ах', ' ух']],
    [' (?:а )+б', 4, [' а а', ' а б']],
    [' о{2,3}п', 4, [' ооо', ' ооп']],
    [' \\d', 2, [' 0', ' 1', ' 2', ' 3', ' 4', ' 5', ' 6', ' 7', ' 8', ' 9']],
    [' м[а-я]+', 3, [' м']],
  ])('of %j up to %i characters', (source, length, expected) => {
    expect(beginnings(source, length)?.sort()).toEqual([...expected].sort());
  });

  it.each(['[а-я]+', '.', '', 'а?'])('of %j are not known', (source) => expect(beginnings(source, 2)).toBeUndefined());
});

describe('PatternIndex', () => {
  const families = { CONTACT, FOREIGN: [NOT_OURS, ELSEWHERE], MARKET, MENU, RESTART, SEARCH, VALUE };
  const folder = path.resolve(import.meta.dirname, '../../../../test/nlu');
  const flats = readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').trim().split('\n'))
    .map((line) => readUtterance((JSON.parse(line) as { text: string }).text).flat);

  it('finds exactly the families a search for every pattern finds', () => {
    const index = new PatternIndex(
      Object.entries(families).flatMap(([family, patterns]) => patterns.map((pattern) => ({ family, pattern }))),
    );
    for (const flat of flats) {
      const searched = Object.entries(families)
        .filter(([, patterns]) => patterns.some((pattern) => pattern.test(flat)))
        .map(([family]) => family);
      expect([...index.familiesIn(flat)].sort(), flat).toEqual(searched.sort());
    }
  });

  it('visits matches word by word without overlap', () => {
    const index = new PatternIndex([{ family: 'да', pattern: /да(?: да)?/ }], '');
    const utterance = readUtterance('да да да');
    const seen: [number, number][] = [];
    index.eachMatch(utterance.folded, utterance.words, (_, start, end) => seen.push([start, end]));
    expect(seen).toEqual([
      [0, 5],
      [6, 8],
    ]);
  });
});
