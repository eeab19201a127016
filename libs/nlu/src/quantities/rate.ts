import type { Token } from '../numbers/token.js';
import type { Unit } from '../types.js';

/** What a price is for: «за метр», «в месяц», «/м²/год». */
export interface Rate {
  perSquareMetre: boolean;
  period: 'month' | 'year' | undefined;
  to: number;
}

const MONTH = /^(?:month|месяц|месяца|мес|ежемесячно|помесячно|mo)$/;
const YEAR = /^(?:год|года|ежегодно|г)$/;
const METRE = /^(?:м2|m2|м|m|метр|метра|квадрат|квадрата|квадратный|квм|квадратик)$/;
const PER = /^(?:за|с|в|на|\/)$/;

const skipDot = (tokens: readonly Token[], at: number): number =>
  tokens[at]?.text === '.' && !tokens[at]?.gap ? at + 1 : at;

const readMetre = (tokens: readonly Token[], at: number): number => {
  let index = at;
  if (/^(?:один|одного|1|каждый)$/.test(tokens[index]?.text ?? '')) index++;
  const first = tokens[index]?.text ?? '';
  if (first === 'кв' || first === 'квадратный' || first === 'квадратного') {
    const next = skipDot(tokens, index + 1);
    return METRE.test(tokens[next]?.text ?? '') ? next + 1 : index + 1;
  }
  if (!METRE.test(first)) return -1;
  const next = skipDot(tokens, index + 1);
  const word = tokens[next]?.text ?? '';
  return word === 'кв' || word === 'квадратный' || word === 'квадратного' ? skipDot(tokens, next + 1) : index + 1;
};

/** Reads what follows a sum of money; `to === at` when nothing about a rate is said. */
export const readRate = (tokens: readonly Token[], at: number): Rate => {
  const rate: Rate = { perSquareMetre: false, period: undefined, to: at };
  for (let steps = 0; steps < 3; steps++) {
    let index = skipDot(tokens, rate.to);
    const token = tokens[index];
    if (token === undefined) break;
    if (MONTH.test(token.text) && token.text !== 'месяца') {
      rate.period ??= 'month';
      rate.to = index + 1;
      continue;
    }
    if (token.text === 'ежегодно' || (rate.perSquareMetre && token.text === 'год')) {
      rate.period ??= 'year';
      rate.to = index + 1;
      continue;
    }
    // «100 тысяч за всё в месяц»
    if (token.text === 'за' && /^вс[её]$/.test(tokens[index + 1]?.text ?? '') && rate.to === at) {
      const whole = readRate(tokens, index + 2);
      return whole.to > index + 2 ? whole : rate;
    }
    if (token.text === 'кв' || token.text === 'м2') {
      // «руб кв м»
      if (token.text === 'м2' && rate.to === at) {
        rate.perSquareMetre = true;
        rate.to = index + 1;
        continue;
      }
      break;
    }
    if (!PER.test(token.text)) break;
    index++;
    const metre = token.text === 'в' ? -1 : readMetre(tokens, index);
    if (metre > 0) {
      rate.perSquareMetre = true;
      rate.to = metre;
      continue;
    }
    const word = tokens[index]?.text ?? '';
    if (token.text !== 'с' && token.text !== 'на' && MONTH.test(word)) rate.period = 'month';
    else if (token.text !== 'с' && token.text !== 'на' && YEAR.test(word)) rate.period = 'year';
    else break;
    rate.to = index + 1;
  }
  return rate;
};

/** The contract's unit of a sum in roubles with this rate. */
export const rateUnit = (rate: Rate): Unit => {
  if (rate.perSquareMetre) {
    if (rate.period === 'month') return 'rub_sqm_month';
    return rate.period === 'year' ? 'rub_sqm_year' : 'rub_sqm';
  }
  // The contract has no unit for roubles a year for the whole lot: the sum stays plain roubles.
  return rate.period === 'month' ? 'rub_month' : 'rub';
};
