import type { EstateClass, FitOut } from '#libs/nlu';
import type { FormSlots } from '../state.js';

// Bare answers that mean something only right after their question; the understander cannot know them.

const CLASS_LETTERS: readonly [RegExp, EstateClass][] = [
  [/^(?:класса?\s+)?[aа]\+?$/iu, 'A'],
  [/^(?:класса?\s+)?(?:[bбв]\s*(?:\+|плюс))$/iu, 'B+'],
  [/^(?:класса?\s+)?[bбв]$/iu, 'B'],
  [/^(?:класса?\s+)?[cсц]$/iu, 'C'],
];

const FIT_OUT_ANSWERS: readonly [RegExp, FitOut][] = [
  [/без|бетон|чернов|shell|нет/iu, 'shell'],
  [/частич|предчист|white|вайт/iu, 'partial'],
  [/готов|чистов|с\s+отделк|есть/iu, 'ready'],
];

const ROMAN = ['i', 'ii', 'iii', 'iv'];

export function classAnswer(text: string): FormSlots | undefined {
  const found = CLASS_LETTERS.find(([pattern]) => pattern.test(text.trim()));
  return found ? { classes: [found[1]] } : undefined;
}

export function fitOutAnswer(text: string): FormSlots | undefined {
  const found = FIT_OUT_ANSWERS.find(([pattern]) => pattern.test(text));
  return found ? { fitOut: found[1] } : undefined;
}

/** «2 квартал 2028», «IV кв. 2027», «2028-Q2», «готово». */
export function readinessAnswer(text: string): FormSlots | undefined {
  const match = /(?:^|\D)([1-4]|iv|i{1,3})\s*[-–]?\s*(?:й|ый|ий)?\s*(?:кв\.?|квартал\p{L}*)\s*(\d{4})/iu.exec(text);
  const iso = /(\d{4})-?q([1-4])/iu.exec(text);
  if (iso) return { readiness: `${iso[1]}-Q${iso[2]}` };
  if (match) {
    const quarter = match[1]?.toLowerCase() ?? '';
    return { readiness: `${match[2]}-Q${ROMAN.includes(quarter) ? ROMAN.indexOf(quarter) + 1 : quarter}` };
  }
  return /готов|сда[нл]/iu.test(text) ? { readiness: 'ready' } : undefined;
}

/** «700 метров» after «сколько идти до метро» is a walk, not an area. */
export function walkAnswer(text: string): FormSlots | undefined {
  const match = /^\D*(\d{1,5})\s*(?:м|метр\p{L}*)?[.\s]*(?:пешком)?[.\s]*$/iu.exec(text.trim());
  return match ? { walkMeters: Number(match[1]) } : undefined;
}

export function vatAnswer(text: string): FormSlots | undefined {
  if (/без\s+ндс|освобожд|не\s+плат|ноль|нулев/iu.test(text)) return { vatPercent: 0 };
  const match = /^\D*(0|5|7)\s*(?:%|процент\p{L}*)?\D*$/u.exec(text);
  if (match) return { vatPercent: Number(match[1]) };
  const words: readonly [RegExp, number][] = [
    [/пять/iu, 5],
    [/семь/iu, 7],
  ];
  const word = words.find(([pattern]) => pattern.test(text));
  return word ? { vatPercent: word[1] } : undefined;
}

/** «строящийся», «готовый» after «какую модель считаем?». */
export function stageAnswer(text: string): FormSlots | undefined {
  if (/стро|котлован|новострой/iu.test(text)) return { stage: 'construction' };
  return /готов|сдан|действующ/iu.test(text) ? { stage: 'ready' } : undefined;
}
