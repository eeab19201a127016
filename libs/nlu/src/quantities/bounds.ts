import type { Token } from '../numbers/token.js';

/** What the words before a number say about its limits. */
export interface Bound {
  side: 'min' | 'max' | 'exact';
  approximate: boolean;
  /** First token of the limiting words. */
  from: number;
}

type Meaning = 'min' | 'max' | 'about' | 'from';

const SINGLE: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['до', 'max'],
  ['максимум', 'max'],
  ['макс', 'max'],
  ['менее', 'max'],
  ['меньше', 'max'],
  ['дешевле', 'max'],
  ['ниже', 'max'],
  ['пределах', 'max'],
  ['превышает', 'min'],
  ['превышать', 'min'],
  ['превышая', 'min'],
  ['ближе', 'max'],
  ['быстрее', 'max'],
  ['дальше', 'min'],
  ['дольше', 'min'],
  ['<', 'max'],
  ['≤', 'max'],
  ['от', 'min'],
  ['с', 'from'],
  ['свыше', 'min'],
  ['более', 'min'],
  ['больше', 'min'],
  ['минимум', 'min'],
  ['мин', 'min'],
  ['минималка', 'min'],
  ['хоть', 'min'],
  ['дороже', 'min'],
  ['выше', 'min'],
  ['>', 'min'],
  ['≥', 'min'],
  ['около', 'about'],
  ['примерно', 'about'],
  ['порядка', 'about'],
  ['приблизительно', 'about'],
  ['где-то', 'about'],
  ['то', 'about'],
  ['плюс-минус', 'about'],
  ['минус', 'about'],
  ['±', 'about'],
  ['~', 'about'],
  ['≈', 'about'],
  ['ориентировочно', 'about'],
  ['районе', 'about'],
]);

/** Words behind a number that limit it by themselves: «100 метров минимум», «20 млн край». */
const CLOSING: ReadonlyMap<string, 'min' | 'max'> = new Map<string, 'min' | 'max'>([
  ['минимум', 'min'],
  ['мин', 'min'],
  ['минималка', 'min'],
  ['максимум', 'max'],
  ['макс', 'max'],
  ['потолок', 'max'],
  ['предел', 'max'],
  ['край', 'max'],
  ['min', 'min'],
  ['max', 'max'],
]);
/** Words that limit what is before them only when joined to it: «и больше», «или ниже», «не дороже». */
const COMPARING: ReadonlyMap<string, 'min' | 'max'> = new Map<string, 'min' | 'max'>([
  ['больше', 'min'],
  ['более', 'min'],
  ['выше', 'min'],
  ['дороже', 'min'],
  ['свыше', 'min'],
  ['меньше', 'max'],
  ['менее', 'max'],
  ['ниже', 'max'],
  ['дешевле', 'max'],
  ['more', 'min'],
  ['less', 'max'],
]);
/** What may follow a comparing word that has said its all: «и больше в центре», but not «и больше не звоните». */
const AFTER_COMPARING =
  /^(?:[^а-яa-z0-9].*|в|во|на|у|около|возле|рядом|недалеко|с|со|для|за|под|по|без|из|и|но|или|либо|где|чтобы|можно|пожалуйста|плиз)$/;

const NEGATED: Readonly<Record<'min' | 'max', 'min' | 'max'>> = { min: 'max', max: 'min' };

/** Reads «до», «не больше», «свыше», «плюс-минус», «где-то» right before token `at`. */
export const readBound = (tokens: readonly Token[], at: number): Bound => {
  const bound: Bound = { side: 'exact', approximate: false, from: at };
  // «минимум по площади 150»: what is limited stands between.
  const isNamed =
    /^(?:площади|метражу|бюджету|цене|стоимости)$/.test(tokens[at - 1]?.text ?? '') &&
    tokens[at - 2]?.text === 'по' &&
    /^(?:мин(?:имум)?|минималка|макс(?:имум)?)$/.test(tokens[at - 3]?.text ?? '');
  if (isNamed) bound.from = at - 2;
  for (let steps = 0; steps < 3; steps++) {
    const index = bound.from - 1;
    const word = tokens[index]?.text ?? '';
    let meaning = SINGLE.get(word);
    let from = index;
    if (word === 'чем' && /^(?:больше|более|меньше|менее|дороже|дешевле)$/.test(tokens[index - 1]?.text ?? '')) {
      meaning = SINGLE.get(tokens[index - 1]?.text ?? '');
      from = index - 1;
    }
    // «хотя бы 150»: the least that will do.
    if (word === 'бы' && tokens[index - 1]?.text === 'хотя') {
      meaning = 'min';
      from = index - 1;
    }
    if (meaning === undefined) break;
    if (meaning === 'about') {
      if (word === 'то' && !(tokens[index - 1]?.text === '-' && tokens[index - 2]?.text === 'где')) break;
      if (word === 'то') from = index - 2;
      if (word === 'минус') {
        if (!/^(?:-|плюс)$/.test(tokens[index - 1]?.text ?? '')) break;
        from = tokens[index - 1]?.text === '-' ? index - 2 : index - 1;
      }
      if (word === 'районе') {
        if (tokens[index - 1]?.text !== 'в') break;
        from = index - 1;
      }
      bound.approximate = true;
    } else if (bound.side === 'exact') {
      bound.side = meaning === 'from' ? 'min' : meaning;
      if (word === 'пределах' && tokens[index - 1]?.text === 'в') from = index - 1;
      if (tokens[from - 1]?.text === 'не' && word !== 'до' && word !== 'от' && word !== 'с') {
        bound.side = NEGATED[bound.side];
        from--;
      }
      if (meaning === 'from') {
        bound.side = 'exact';
        break;
      }
    } else break;
    bound.from = from;
  }
  return bound;
};

/** Limiting words behind a number and its unit. */
export interface ClosingBound {
  side: 'min' | 'max';
  /** The token after the limiting words. */
  to: number;
}

const startsFigure = (token: Token | undefined): boolean =>
  token !== undefined && (token.kind === 'number' || token.form !== undefined);

/** Reads «и больше» between a number and the unit they share: «сто и больше метров». The caller looks for the unit. */
export const readInnerBound = (tokens: readonly Token[], at: number): ClosingBound | undefined => {
  const side = /^(?:и|или)$/.test(tokens[at]?.text ?? '') ? COMPARING.get(tokens[at + 1]?.text ?? '') : undefined;
  return side && { side, to: at + 2 };
};

/**
 * Reads «минимум», «и больше», «или ниже», «, не меньше», «хотя бы» right at token `at`, which is behind a number and its
 * unit. Nothing where the words limit what follows: «100 метров, максимум 150», «20 млн, не больше 5 лет».
 */
export const readClosingBound = (tokens: readonly Token[], at: number): ClosingBound | undefined => {
  let index = at;
  const word = (ahead = 0): string => tokens[index + ahead]?.text ?? '';
  const hasComma = word() === ',' || word() === '(';
  if (hasComma) index++;
  const isJoined = /^(?:и|или|либо|or)$/.test(word());
  if (isJoined) index++;
  const isNegated = word() === 'не';
  if (isNegated) index++;
  if (word() === 'как' && CLOSING.has(word(1))) index++;
  // «5 м потолок» is how high it is.
  const isCeiling = word() === 'потолок' && /^(?:м|метр)/.test(tokens[at - 1]?.text ?? '');
  const isAtLeast = word() === 'хотя' && word(1) === 'бы';
  const closing = isAtLeast ? 'min' : isNegated || isCeiling ? undefined : CLOSING.get(word());
  if (closing !== undefined) {
    const to = index + (isAtLeast ? 2 : 1);
    const next = tokens[to];
    const isOfNext = startsFigure(next) || /^(?:в|по|за|до|от|на|для|-|:|бюджет\p{L}*)$/u.test(next?.text ?? '');
    // Behind a comma only what ends its clause belongs to the number before it.
    if (startsFigure(next) || (hasComma && isOfNext)) return undefined;
    return { side: closing, to };
  }
  const comparing = COMPARING.get(word());
  if (comparing === undefined || !(isJoined || isNegated)) return undefined;
  const next = tokens[index + 1];
  if (startsFigure(next) || (next !== undefined && !AFTER_COMPARING.test(next.text))) return undefined;
  return { side: isNegated ? NEGATED[comparing] : comparing, to: index + 1 };
};
