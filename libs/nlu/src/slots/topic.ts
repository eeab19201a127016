import type { Quantity, UnderstandingContext } from '../types.js';

/** What a figure is about. */
export type Topic = 'area' | 'budget' | 'walk' | 'floor' | 'vat' | 'monthlyRent' | 'pricePerM2' | undefined;

const TOPICS: readonly { topic: NonNullable<Topic>; pattern: RegExp }[] = [
  { topic: 'vat', pattern: /ндс/ },
  {
    topic: 'monthlyRent',
    pattern:
      /(?<![а-я])мап(?![а-я])|арендн[а-я]+ (?:платеж|поток|плат)|месячн[а-я]+ (?:аренд|платеж)|сда[а-я]+ за|платит арендатор/,
  },
  { topic: 'area', pattern: /площад|метраж|квадратур|размер(?:ом)?(?![а-я])/ },
  {
    topic: 'pricePerM2',
    pattern: /цен[а-я]+ за (?:метр|квадрат|м2|м²|кв)|стоимость (?:метра|квадрата)|за (?:метр|квадрат)/,
  },
  { topic: 'budget', pattern: /бюджет|цен[аыуе](?![а-я])|стоимост|сумм[аыуе]|ставк|денег|потратить|платить/ },
  {
    topic: 'walk',
    pattern: /пешком|ходьб|(?:до|от) (?:метро|станции)|шагов|удаленност|пешей|расстояни|минут[а-я]* (?:до|от) /,
  },
  { topic: 'floor', pattern: /этаж/ },
];

const MATCHERS = TOPICS.map(({ topic, pattern }) => ({
  topic,
  anywhere: new RegExp(pattern, 'g'),
  following: new RegExp(`^[^,.;]{0,12}(?:${pattern.source})`),
}));

/** What the words before (nearer wins) and just after a figure say it is about. */
export function topicOf(folded: string, quantity: Quantity, from: number, to: number): Topic {
  const before = folded.slice(Math.max(from, quantity.start - 45), quantity.start);
  const after = folded.slice(quantity.end, Math.min(to, quantity.end + 24));
  let best: Topic;
  let at = -1;
  for (const { topic, anywhere } of MATCHERS) {
    let last = -1;
    for (const match of before.matchAll(anywhere)) last = match.index;
    if (last > at) {
      at = last;
      best = topic;
    }
  }
  if (/^[^а-я]{0,3}(?:пешком|ходьбы|(?:до|от) (?:метро|станции)|минут[а-я]* пеш)/.test(after.trimStart()))
    return 'walk';
  if (at >= 0) return best;
  return MATCHERS.find(({ following }) => following.test(after))?.topic;
}

/** What the question just asked makes a bare figure. */
export const topicOfExpectation = (expects: UnderstandingContext['expects']): Topic => {
  switch (expects) {
    case 'area':
    case 'areaMin':
    case 'areaMax':
      return 'area';
    case 'budget':
    case 'budgetMin':
    case 'budgetMax':
      return 'budget';
    case 'walkMeters':
      return 'walk';
    case 'floor':
      return 'floor';
    case 'vatPercent':
      return 'vat';
    case 'monthlyRent':
      return 'monthlyRent';
    case 'pricePerM2':
      return 'pricePerM2';
    default:
      return undefined;
  }
};
