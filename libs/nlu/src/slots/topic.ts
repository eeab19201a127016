import type { Quantity, UnderstandingContext } from '../types.js';
import { PatternIndex } from '../utterance/pattern-index.js';
import type { Utterance } from '../utterance/utterance.js';

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
    pattern:
      /(?<=цен[аыу] )метра|цен[а-я]+ за (?:метр|квадрат|м2|м²|кв)|стоимость (?:метра|квадрата)|за (?:метр|квадрат)/,
  },
  { topic: 'budget', pattern: /бюджет|цен[аыуе](?![а-я])|стоимост|сумм[аыуе]|ставк|денег|потратить|платить/ },
  {
    topic: 'walk',
    pattern: /пешком|ходьб|(?:до|от) (?:метро|станции)|шагов|удаленност|пешей|расстояни|минут[а-я]* (?:до|от) /,
  },
  { topic: 'floor', pattern: /этаж/ },
];

const WORDINGS = new PatternIndex<NonNullable<Topic>>(
  TOPICS.map(({ topic, pattern }) => ({ family: topic, pattern })),
  '',
);
const ORDER = TOPICS.map(({ topic }) => topic);
const ON_FOOT = /^[^а-я]{0,3}(?:пешком|ходьбы|(?:до|от) (?:метро|станции)|минут[а-я]* пеш)/;

/** How far before a figure its topic may stand, and how far after it, in characters. */
const REACH_BACK = 45;
const REACH_ON = 24;
const NEXT_WORD = 12;

/** The words of one message that say what figures are about, found once for all its figures. */
export class Topics {
  private readonly marks: { topic: NonNullable<Topic>; start: number; end: number }[] = [];

  constructor(private readonly utterance: Utterance) {
    WORDINGS.eachMatch(utterance.folded, utterance.words, (topic, start, end) => {
      this.marks.push({ topic, start, end });
    });
  }

  /** What the words before (nearer wins) and just after a figure say it is about. */
  of(quantity: Quantity, from: number, to: number): Topic {
    if (this.marks.length === 0) return undefined;
    const { folded } = this.utterance;
    const earliest = Math.max(from, quantity.start - REACH_BACK);
    let before: Topic;
    for (const { topic, start, end } of this.marks) {
      if (start < earliest || end > quantity.start) continue;
      // «10 минут пешком, офис 120»: the way to the metro is told already.
      const isTold = topic === 'walk' && start - from <= 1 && folded.slice(end, quantity.start).includes(',');
      if (!(isTold && from > 0)) before = topic;
    }
    const latest = Math.min(to, quantity.end + REACH_ON);
    if (ON_FOOT.test(folded.slice(quantity.end, latest).trimStart())) return 'walk';
    if (before !== undefined) return before;
    const near = this.marks.filter(
      ({ start, end }) =>
        start >= quantity.end &&
        start <= quantity.end + NEXT_WORD &&
        end <= latest &&
        !/[,.;]/.test(folded.slice(quantity.end, start)),
    );
    return ORDER.find((topic) => near.some((mark) => mark.topic === topic));
  }
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
