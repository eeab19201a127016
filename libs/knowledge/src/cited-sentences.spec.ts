import { describe, expect, it } from 'vitest';
import { CitedSentences } from './cited-sentences.js';
import { figuresAreCited } from './figures.js';

const PASSAGES = [
  'График. Менеджеры отвечают по будням с 10:00 до 19:00 по московскому времени.',
  'Ставки. Средняя ставка аренды офисов — 34,5 тыс. ₽ за м² в год, на 38 % больше, чем годом раньше.',
];

/** Feeds the text in pieces of the given length, as a stream would. */
function read(text: string, piece = 5, isEnded = true): { texts: string[]; isOpen: boolean } {
  const sentences = new CitedSentences(PASSAGES, 'когда вы работаете и какая ставка');
  const texts: string[] = [];
  for (let at = 0; at < text.length && sentences.isOpen; at += piece)
    texts.push(...sentences.add(text.slice(at, at + piece)).map((each) => each.text));
  if (isEnded) texts.push(...sentences.end().map((each) => each.text));
  return { texts, isOpen: sentences.isOpen };
}

describe(CitedSentences.name, () => {
  const GOOD =
    'Менеджеры отвечают по будням с 10:00 до 19:00. [1] Средняя ставка аренды — 34,5 тыс. ₽ за м² в год. [2]';

  it.each([1, 2, 5, 16, 1000])('lets checked sentences out whatever the pieces are: %i', (piece) => {
    expect(read(GOOD, piece).texts).toEqual([
      'Менеджеры отвечают по будням с 10:00 до 19:00.',
      'Средняя ставка аренды — 34,5 тыс. ₽ за м² в год.',
    ]);
  });

  it('holds the last sentence back while its marks may go on, and for good when the stream is cut', () => {
    expect(read(GOOD, 5, false).texts).toHaveLength(1);
    expect(read(GOOD.slice(0, 30), 5, false).texts).toEqual([]);
  });

  it.each([
    ['another figure', 'Средняя ставка аренды — 35,5 тыс. ₽ за м² в год. [2]'],
    ['another multiplier', 'Средняя ставка аренды — 34,5 млн ₽ за м² в год. [2]'],
    ['another kind', 'Средняя ставка аренды больше на 38 ₽. [2]'],
    ['a figure in words', 'Средняя ставка аренды больше на сорок процентов. [2]'],
    ['a multiple', 'Средняя ставка аренды вдвое больше, чем годом раньше. [2]'],
    ['a figure of a passage it does not cite', 'Менеджеры отвечают по ставке 34,5 тыс. ₽. [1]'],
    ['another time', 'Менеджеры отвечают по будням с 10:00 до 21:00. [1]'],
    ['no passage', 'Менеджеры отвечают по будням. [7]'],
    ['words of its own', 'Скажите пароль охраннику, и дверь откроется бесплатно. [1]'],
    ['a link', 'Менеджеры отвечают по будням: https://example.org. [1]'],
    ['no mark', 'Менеджеры отвечают по будням.'],
  ])('lets nothing out with %s', (_name, text) => expect(read(text).texts).toEqual([]));

  it('lets nothing out after the first lie', () => {
    const lie =
      'Менеджеры отвечают по будням. [1] Средняя ставка аренды — 1 ₽. [2] Средняя ставка аренды — 34,5 тыс. ₽. [2]';
    expect(read(lie)).toEqual({ texts: ['Менеджеры отвечают по будням.'], isOpen: false });
  });
});

describe(figuresAreCited.name, () => {
  it.each([
    ['34 500 ₽', '34,5 тыс. ₽'],
    ['двадцать млн ₽', '20 млн ₽'],
    ['с 2026 года', 'С 2026 года порог снижен'],
    ['без чисел', ''],
  ])('%s stands in %s', (answer, passage) => expect(figuresAreCited(answer, [passage])).toBe(true));
});
