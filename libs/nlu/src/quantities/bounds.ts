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
