import { describe, expect, it } from 'vitest';
import { ACCEPTED_LENGTH, fragment, fuzzed } from './eval/fuzz.js';
import { growth, LINEAR } from './eval/growth.js';
import { generator } from './learning/learn.js';
import { readNumbers } from './quantities/read.js';
import { understand } from './understand.js';
import { READ_LIMIT } from './utterance/utterance.js';

const SEED = 20261121;
const MESSAGES = 200;
const NUMBERS_LIMIT = 4000;

describe('fuzzed messages', () => {
  it('are read without throwing, with spans inside the text and no figure out of nothing', () => {
    const messages = fuzzed(SEED);
    const wrong: string[] = [];
    for (let n = 0; n < MESSAGES; n++) {
      const text = messages.next().value ?? '';
      const read = understand(text);
      const spans = [...read.numbers, ...read.quantities, ...read.slotSpans, ...read.ambiguities];
      const isInside = spans.every(({ start, end }) => start >= 0 && end > start && end <= text.length);
      const isCountable = read.numbers.every(({ value }) => Number.isFinite(value));
      if (!isInside || !isCountable || read.text !== text) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });

  it('are of every length that is accepted', () => {
    const messages = fuzzed(SEED);
    const lengths = Array.from({ length: 300 }, () => messages.next().value?.length ?? 0);
    expect(Math.max(...lengths)).toBe(ACCEPTED_LENGTH);
    expect(Math.min(...lengths)).toBeLessThan(10);
  });

  const random = generator(SEED);
  it.each(Array.from({ length: 6 }, () => fragment(random)))(
    '%j repeated is read in time that grows with the length',
    (unit) => {
      expect(growth(understand, unit, READ_LIMIT / 2)).toBeLessThan(LINEAR);
      expect(growth(readNumbers, unit, NUMBERS_LIMIT / 2)).toBeLessThan(LINEAR);
    },
  );
});
