import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAgreement } from '../agreement/agreement.js';
import { resolveDistrict, resolveStation } from '../places/places.js';
import { STATION_NAMES } from '../places/station-names.js';
import { understand } from '../understand.js';
import {
  captured,
  evaluateLabels,
  evaluateNumbers,
  evaluateSlots,
  type LabelledPhrase,
  type LabelledReader,
  type NumberPhrase,
  parseLines,
  type SlotPhrase,
  swaps,
} from './evaluation.js';

const read = (name: string) =>
  readFileSync(path.resolve(import.meta.dirname, '../../../../test/nlu', `${name}.jsonl`), 'utf8');

describe('evaluation sets', () => {
  const floors: readonly [LabelledReader, string, number][] = [
    ['agreement', 'agreement', 0.97],
    ['agreement', 'agreement.blind', 0.92],
    ['back', 'back', 0.97],
    ['back', 'back.blind', 0.95],
    ['intent', 'intent', 0.97],
    ['intent', 'intent.blind', 0.92],
    ['agreement', 'agreement.blind2', 0.92],
    ['back', 'back.blind2', 0.95],
    ['intent', 'intent.blind2', 0.92],
    ['intent', 'intent.blind3', 0.95],
    ['intent', 'intent.blind4', 0.89],
    ['agreement', 'agreement-r3a', 0.97],
    ['agreement', 'agreement-r3b', 0.97],
    ['agreement', 'agreement-r3c', 0.97],
    ['agreement', 'agreement-r3d', 0.97],
    ['agreement', 'agreement-r4', 0.96],
    ['agreement', 'agreement-r5', 0.95],
    ['back', 'back-r5', 0.96],
    ['back', 'back-r6', 0.95],
    ['agreement', 'agreement-r6', 0.95],
    ['back', 'back-r3e', 0.97],
    ['back', 'back-r4', 0.97],
    ['agreement', 'round7/agreement', 0.97],
    ['back', 'round7/back', 0.95],
    ['intent', 'round7/intent', 0.96],
    ['agreement', 'round7b/agreement', 0.98],
    ['back', 'round7b/back', 0.96],
    ['intent', 'round7b/intent', 0.97],
    ['agreement', 'round8a/agreement', 0.98],
    ['back', 'round8a/back', 0.98],
    ['agreement', 'round8/agreement', 0.98],
    ['back', 'round8/back', 0.97],
    ['intent', 'round8/intent', 0.97],
  ];
  it.each(floors)('%s on %s reaches its floor', (reader, set, floor) => {
    const phrases = parseLines<LabelledPhrase>(read(set));
    const result = evaluateLabels(reader, phrases);
    expect(result.right / result.total, JSON.stringify(result.misses)).toBeGreaterThanOrEqual(floor);
    if (reader === 'agreement') expect(swaps(result)).toBe(0);
    if (reader === 'back') expect(captured(result, 'none', phrases)).toBeLessThanOrEqual(0.01);
    if (reader === 'intent') expect(captured(result, 'other', phrases)).toBeLessThanOrEqual(0.06);
  });

  it.each([
    ['slots', 0.95],
    ['slots-r3', 0.97],
    ['round7/slots', 0.97],
    ['round7b/slots', 0.97],
    ['round8a/slots', 0.97],
    ['round8/slots', 0.95],
    ['round9/slots', 0.96],
    ['round10/slots', 0.97],
    ['round11/slots', 0.96],
  ] as const)('slots of %s reach their floor', (set, floor) => {
    const result = evaluateSlots(parseLines<SlotPhrase>(read(set)));
    expect(result.right / result.total, JSON.stringify(result.misses)).toBeGreaterThanOrEqual(floor);
  });
});

describe('numbers of fresh blind rounds', () => {
  it.each([
    ['round7/numbers', 0.98],
    ['round7/traps', 0.97],
    ['round7b/numbers', 0.97],
    ['round7b/traps', 0.97],
    ['round8a/traps', 0.98],
    ['round8/numbers', 0.98],
    ['round8/traps', 0.98],
    ['round9/numbers', 0.98],
  ] as const)('%s reaches its floor', (set, floor) => {
    const result = evaluateNumbers(parseLines<NumberPhrase>(read(set)));
    expect(result.right / result.total, JSON.stringify(result.misses)).toBeGreaterThanOrEqual(floor);
  });
});

describe('answers of other sets', () => {
  it('are no step back: only what a wording shows is one', () => {
    const sets = [
      'numbers',
      'slots',
      'slots-r3',
      ...['round7', 'round7b'].flatMap((round) => ['slots', 'numbers', 'traps'].map((set) => `${round}/${set}`)),
    ];
    const phrases = sets.flatMap((set) => parseLines<{ text: string }>(read(set)));
    expect(phrases.filter(({ text }) => understand(text).back === 'step').map(({ text }) => text)).toEqual([]);
  });
});

describe('places', () => {
  it('resolves every station by its own name in any letter case', () => {
    for (const name of STATION_NAMES.filter((station) => station !== 'Москва-Сити'))
      expect(resolveStation(name.toUpperCase())).toBe(name);
  });

  it('resolves okrugs and districts', () => {
    expect(resolveDistrict('центральный округ')).toBe('ЦАО');
    expect(resolveDistrict('район Хамовники')).toBe('Хамовники');
  });

  it('asks which of two stations of one name is meant', () => {
    expect(understand('офис у Смоленской').ambiguities).toContainEqual(expect.objectContaining({ slot: 'stations' }));
  });
});

describe('any text at all', () => {
  const pieces = fc.array(
    fc.constantFrom(
      'да',
      'нет',
      'не',
      'а',
      '100',
      'до',
      'млн',
      'офис',
      ',',
      '?',
      'назад',
      'у',
      'метро',
      'класс',
      '👍',
      ' ',
      '\n',
      'ё',
      '+7',
      '%',
    ),
    { maxLength: 60 },
  );

  it('never throws and keeps spans inside the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 300 }),
          pieces.map((words) => words.join(' ')),
        ),
        (text) => {
          const { slotSpans, text: echoed } = understand(text);
          expect(echoed).toBe(text);
          for (const { start, end } of slotSpans) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is not turned round by letter case, spaces or a full stop', () => {
    const phrases = parseLines<LabelledPhrase>(read('agreement')).filter(
      ({ text }) => !/[?+\-.…]$|^[A-Za-z]/.test(text),
    );
    fc.assert(
      fc.property(fc.constantFrom(...phrases), fc.boolean(), ({ text }, upper) => {
        const dressed = `  ${upper ? text.toUpperCase() : text}.  `;
        expect(readAgreement(dressed)).toBe(readAgreement(text));
      }),
    );
  });
});
