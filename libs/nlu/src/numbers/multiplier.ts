import type { Token } from './token.js';

/** A multiplier read after a number. */
export interface Multiplier {
  value: number;
  to: number;
  money: boolean;
  ordinal: boolean;
}

const MONEY_WORD = /^(?:₽|р|руб.*|рэ|рублей|\$|€|долл.*|бакс.*|евро|usd|eur)$/;

const isMoney = (token: Token | undefined): boolean => token !== undefined && MONEY_WORD.test(token.text);

/** «в мес», «за метр», «/мес»: goes on after a price. */
const goesOnAsPrice = (tokens: readonly Token[], at: number): boolean => {
  const token = tokens[at];
  if (token === undefined || isMoney(token)) return true;
  if (token.kind === 'symbol') return token.text !== '.' || !tokens[at + 1]?.text.startsWith('кв');
  return /^(?:в|за|и|до|на|или|с|ежемесячно|без|макс|максимум|минимум|бюджет|за)$/.test(token.text);
};

/** «бюджет 15м», «бюджет до 15м»: millions, not metres. */
const hasBudgetBefore = (tokens: readonly Token[], at: number): boolean => {
  for (let index = at; index >= at - 2; index--)
    if (/^(?:бюджет\S*|цен[аыу]|стоимость\S*)$/.test(tokens[index]?.text ?? '')) return true;
  return false;
};

/** «пол держит 5 т/м2», «нагрузка на пол 6 т/м²»: tonnes. */
const bearsLoad = (tokens: readonly Token[], at: number): boolean => {
  for (let index = at; index >= at - 3; index--)
    if (/^(?:пол|полы|нагрузк\S*|держит|выдержива\S*|несет|несущ\S*)$/.test(tokens[index]?.text ?? '')) return true;
  return false;
};

/** «т», «т.р.», «т. руб», «к», «м ₽»: single letters mean a multiplier only in the right company. */
const readLetter = (tokens: readonly Token[], at: number, letter: Token, spelled: boolean): Multiplier | undefined => {
  const next = tokens[at + 1];
  const glued = !letter.gap;
  switch (letter.text) {
    case 'т':
    case 't': {
      // «5 т/м2»: what the floor bears.
      if (next?.text === '/' && bearsLoad(tokens, at - 2)) return undefined;
      const dotted = next?.text === '.' && !next.gap;
      const after = dotted ? tokens[at + 2] : next;
      if (after?.text === 'р' && (dotted || !after.gap || spelled || glued))
        return { value: 1e3, to: at + (dotted ? 3 : 2), money: true, ordinal: false };
      if (isMoney(after)) return { value: 1e3, to: at + (dotted ? 2 : 1), money: true, ordinal: false };
      return glued || goesOnAsPrice(tokens, at + 1)
        ? { value: 1e3, to: at + 1, money: true, ordinal: false }
        : undefined;
    }
    case 'к':
    case 'k':
      if (spelled && glued) return undefined;
      if (glued || (goesOnAsPrice(tokens, at + 1) && next?.kind !== 'number'))
        return { value: 1e3, to: at + 1, money: true, ordinal: false };
      return undefined;
    case 'м':
    case 'm':
      return isMoney(next) || (glued && hasBudgetBefore(tokens, at - 2))
        ? { value: 1e6, to: at + 1, money: true, ordinal: false }
        : undefined;
    default:
      return undefined;
  }
};

/** Reads «тыс», «миллионов», «к», «сотни тысяч» at `at`; the dot of an abbreviation is skipped, not covered. */
export const readMultiplier = (tokens: readonly Token[], at: number, spelled: boolean): Multiplier | undefined => {
  let index = at;
  const hyphen = tokens[index];
  if (hyphen?.text === '-' && !hyphen.gap && !tokens[index + 1]?.gap && tokens[index + 1]?.form?.kind === 'scale')
    index++;
  const token = tokens[index];
  if (token?.kind !== 'word') return undefined;
  const { form } = token;
  if (form === undefined)
    return token.text.length === 1 ? readLetter(tokens, index, token, spelled) : thousandPieces(tokens, index);
  if (form.kind !== 'scale' && form.kind !== 'group') return undefined;
  if (form.kind === 'group' && form.value === 12 && !spelled && form.bare === 'always') return undefined;
  const result: Multiplier = { value: form.value, to: index + 1, money: form.money, ordinal: form.ordinal };
  // «сотни тысяч», «тысяч миллиардов»: a multiplier of a multiplier.
  let following = tokens[result.to];
  while (
    following?.form?.kind === 'scale' &&
    following.gap &&
    following.form.bare !== 'always' &&
    following.form.value > form.value &&
    !result.ordinal
  ) {
    result.value *= following.form.value;
    result.to++;
    result.money ||= following.form.money;
    following = tokens[result.to];
  }
  return result;
};

/** «50 штук рублей», «сто тонн рублей»: a thousand only when money follows. */
const thousandPieces = (tokens: readonly Token[], at: number): Multiplier | undefined => {
  const token = tokens[at];
  if (token === undefined || !/^(?:штук[аиу]?|тонн[аыу]?)$/.test(token.text) || !isMoney(tokens[at + 1]))
    return undefined;
  return { value: 1e3, to: at + 1, money: true, ordinal: false };
};
