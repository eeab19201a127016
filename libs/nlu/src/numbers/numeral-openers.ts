import type { SmallNumber } from './small-number.js';
import type { Token } from './token.js';

/** A number that starts with something else than a numeral: «миллион», «тысяч сто», «пара сотен», «пол-ляма». */
export interface Opener {
  value: number;
  base: number;
  multiplier: number;
  to: number;
  money: boolean;
  approximate: boolean;
  /** «лямов до 40»: the limit stands inside. */
  atMost?: boolean;
  fraction: boolean;
  /** Smaller parts may follow: «миллион двести тысяч». */
  extends: boolean;
}

const LIMITS = new Set(
  'до от около свыше более больше менее меньше порядка за с ниже выше дороже дешевле максимум минимум примерно в под'.split(
    ' ',
  ),
);
const FILLERS = new Set('на этак эдак примерно так около под до за'.split(' '));

/** «тысяч в семьдесят»: how much it comes to; «тысяч в пяти районах», «тысяч в пять раз» are something else. */
const costsAbout = (tokens: readonly Token[], at: number): boolean => {
  const number = tokens[at + 1];
  if (tokens[at]?.text !== 'в' || number?.kind !== 'word' || number.form === undefined) return false;
  if (!/(?:ь|дцать|сят|сот|сто|сорок|две|два|три|четыре)$/.test(number.text)) return false;
  return !/^(?:раз[а]?|год|лет|месяц|дн|час|минут|район|этап|город|квартал)/.test(tokens[at + 2]?.text ?? '');
};

/** «миллиона полтора», «тысяч на двести», «лямов 5»: an approximate number whose multiplier came first. */
export const invertedMultiplier = (
  tokens: readonly Token[],
  at: number,
  readSmall: (tokens: readonly Token[], at: number) => SmallNumber | undefined,
): Opener | undefined => {
  const token = tokens[at];
  const form = token?.form;
  if (token === undefined || form === undefined || !form.inverts || (form.kind !== 'scale' && form.kind !== 'group'))
    return undefined;
  let next = at + 1;
  if (tokens[next]?.text === '.' && !tokens[next]?.gap) return undefined;
  const atMost = tokens[next]?.text === 'до';
  if (atMost && /^(?:несколько|много|пара|пары)$/.test(tokens[at - 1]?.text ?? '')) return undefined;
  if (FILLERS.has(tokens[next]?.text ?? '') || costsAbout(tokens, next)) next++;
  const number = tokens[next];
  if (number === undefined || !number.gap || number.form?.kind === 'scale' || number.form?.kind === 'part')
    return undefined;
  const small = readSmall(tokens, next);
  if (small === undefined || small.ordinal || small.value <= 0) return undefined;
  const after = tokens[small.to];
  if (after?.form?.kind === 'scale' || after?.form?.kind === 'group') return undefined;
  // «миллиона два», «тысячи три»: the genitive singular goes with 1.5 to 4 only; «до миллиона двести» is another thing.
  const singular = /[аи]$/.test(token.text) && !/(?:ка|ами)$/.test(token.text);
  if (singular && small.value >= 5) return undefined;
  const part = after?.text === 'с' ? tokens[small.to + 1]?.form : undefined;
  if (part?.kind === 'part') {
    small.value += part.value;
    small.to += 2;
  }
  return {
    value: small.value * form.value,
    base: small.value,
    multiplier: form.value,
    to: small.to,
    money: form.money,
    approximate: true,
    atMost,
    fraction: false,
    extends: false,
  };
};

/** A multiplier that is the whole number: «миллион», «до тысячи», «сотню». */
export const bareMultiplier = (tokens: readonly Token[], at: number): Opener | undefined => {
  const form = tokens[at]?.form;
  if (form === undefined || (form.kind !== 'scale' && form.kind !== 'group') || form.ordinal || form.bare === 'never')
    return undefined;
  if (form.bare === 'after-preposition' && !LIMITS.has(tokens[at - 1]?.text ?? '')) return undefined;
  let value = form.value;
  let to = at + 1;
  let multiplier = form.kind === 'scale' ? form.value : 1;
  let money = form.money;
  const next = tokens[to];
  // «сотня тысяч», «десяток миллионов».
  if (form.kind === 'group' && next?.form?.kind === 'scale' && next.gap) {
    multiplier = next.form.value;
    value *= multiplier;
    money = next.form.money;
    to++;
  }
  return {
    value,
    base: value / multiplier,
    multiplier,
    to,
    money,
    approximate: form.kind === 'group',
    fraction: false,
    extends: multiplier >= 1000,
  };
};

const PAIR = /^пар[аыуе]|парой$/;
const COUNTED =
  /^(?:лет|год[аов]*|месяц\S*|минут\S*|дн\S*|час\S*|недел\S*|комнат\S*|кабинет\S*|этаж\S*|офис\S*|помещен\S*|лот\S*|вариант\S*|объект\S*|метр\S*|квадрат\S*|километр\S*|процент\S*|рубл\S*|человек|машин\S*|мест\S*|здани\S*|склад\S*)$/;

/** «пара сотен», «пару тысяч», «пару комнат»; «пару слов» states no number. */
export const pair = (tokens: readonly Token[], at: number): Opener | undefined => {
  const token = tokens[at];
  if (token === undefined || !PAIR.test(token.text) || token.text.length > 5) return undefined;
  let to = at + 1;
  if (tokens[to]?.text === '-' && tokens[to + 1]?.form?.kind === 'unit') return undefined;
  let value = 2;
  let multiplier = 1;
  let money = false;
  for (let next = tokens[to]; next !== undefined && to < at + 3; next = tokens[to]) {
    if (next.form === undefined || (next.form.kind !== 'scale' && next.form.kind !== 'group')) break;
    value *= next.form.value;
    if (next.form.kind === 'scale') multiplier *= next.form.value;
    money ||= next.form.money;
    to++;
  }
  if (to === at + 1 && !COUNTED.test(tokens[to]?.text ?? '')) return undefined;
  return { value, base: value / multiplier, multiplier, to, money, approximate: true, fraction: false, extends: false };
};

const HALF_OF = /^(?:процент|километр|гектар|метр|этаж|сотк|квадрат|ставк)/;

/** «пол ляма», «пол-миллиона», «пол процента», «полпроцента». */
export const half = (tokens: readonly Token[], at: number): Opener | undefined => {
  const token = tokens[at];
  if (token?.kind !== 'word') return undefined;
  if (token.text === 'пол') {
    let next = at + 1;
    if (tokens[next]?.text === '-') next++;
    const scale = tokens[next];
    if (scale === undefined) return undefined;
    if (scale.form?.kind === 'scale' || scale.form?.kind === 'group') {
      const { value, money, kind } = scale.form;
      return {
        value: value / 2,
        base: kind === 'scale' ? 0.5 : value / 2,
        multiplier: kind === 'scale' ? value : 1,
        to: next + 1,
        money,
        approximate: false,
        fraction: false,
        extends: false,
      };
    }
    if (!HALF_OF.test(scale.text)) return undefined;
    return {
      value: 0.5,
      base: 0.5,
      multiplier: 1,
      to: next,
      money: false,
      approximate: false,
      fraction: true,
      extends: false,
    };
  }
  if (!token.text.startsWith('пол') || !/^пол(?:процента|километра|гектара|метра|этажа)$/.test(token.text))
    return undefined;
  return {
    value: 0.5,
    base: 0.5,
    multiplier: 1,
    to: at + 1,
    money: false,
    approximate: false,
    fraction: true,
    extends: false,
  };
};
