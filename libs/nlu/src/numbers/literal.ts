/** A number written in digits: where it ends in the folded text and what it states. */
export interface Literal {
  readonly end: number;
  readonly value: number;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const digitsEnd = (text: string, from: number): number => {
  let end = from;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
};

/** Longest run of digits that is an amount; account and document numbers are longer. */
const MAX_DIGITS = 15;

const BIG_MULTIPLIER =
  /^ {0,2}(?:млн|млрд|мил|лям|лимон|ярд|мульт|мрд|трлн|mln|га(?![а-я])|гектар|км|%|процент|сот[окк]|целых)/;
const MONEY = /^ {0,2}(?:₽|руб|р(?![а-яa-z])|\$|€|тыс|т\.|к(?![а-яa-z])|долл|евро|бакс)/;

/** `100 150 200` is a list, `100 150 ₽` is one sum: three digits before, none of the groups `000`, and growing. */
const looksLikeList = (groups: readonly string[], rest: string): boolean => {
  const [first] = groups;
  if (first === undefined || first.length !== 3) return false;
  let previous = first;
  for (const group of groups.slice(1)) {
    if (group <= previous || !group.endsWith('0')) return false;
    previous = group;
  }
  return !MONEY.test(rest);
};

/** A longer chain of groups is no amount; it is passed over as a whole. */
const MOST_GROUPS = 100;
const THOUSANDS_SEPARATORS = " .,'_";

const readThousands = (text: string, start: number, firstEnd: number): Literal | undefined => {
  const first = text.slice(start, firstEnd);
  const separator = text.charAt(firstEnd);
  // Refused before its groups are read: whoever reads on from here would read them all again.
  if (first.length > 3 || first.startsWith('0')) return undefined;
  if (separator === '' || !THOUSANDS_SEPARATORS.includes(separator)) return undefined;
  const groups = [first];
  let end = firstEnd;
  while (text.charAt(end) === separator) {
    const groupEnd = digitsEnd(text, end + 1);
    if (groupEnd - end !== 4) break;
    groups.push(text.slice(end + 1, groupEnd));
    end = groupEnd;
  }
  if (groups.length === 1) return undefined;
  if (groups.length > MOST_GROUPS) return { end, value: Number.NaN };
  const next = text.charAt(end);
  if (next === separator && separator !== ' ' && separator !== '.' && isDigit(text.charCodeAt(end + 1)))
    return undefined;
  const rest = text.slice(end, end + 12);
  if ((separator === ' ' || separator === ',') && looksLikeList(groups, rest))
    return { end: firstEnd, value: Number(first) };
  if ((separator === '.' || separator === ',') && groups.length === 2 && BIG_MULTIPLIER.test(rest)) return undefined;
  let digits = groups.join('');
  const decimal = next === ',' || next === '.' ? digitsEnd(text, end + 1) : 0;
  if (decimal > end + 1 && next !== separator && decimal - end <= 3 && text.charAt(decimal) !== next) {
    digits += `.${text.slice(end + 1, decimal)}`;
    end = decimal;
  }
  return { end, value: digits.length > MAX_DIGITS + 3 ? Number.NaN : Number(digits) };
};

/** Reads the number that starts at a digit: thousands separators of every kind, decimals, exponents. */
export const readLiteral = (text: string, start: number): Literal => {
  const firstEnd = digitsEnd(text, start);
  const thousands = readThousands(text, start, firstEnd);
  if (thousands !== undefined) return thousands;
  const whole = text.slice(start, firstEnd);
  if (whole.length > MAX_DIGITS) return { end: firstEnd, value: Number.NaN };
  const separator = text.charAt(firstEnd);
  if (separator === ',' || separator === '.') {
    const fractionEnd = digitsEnd(text, firstEnd + 1);
    if (fractionEnd > firstEnd + 1) {
      const after = text.charAt(fractionEnd);
      const chained =
        (after === separator || (after === ',' && separator === ',')) && isDigit(text.charCodeAt(fractionEnd + 1));
      if (chained && separator === '.') {
        // 2.10.4 and the like: a version or a numbering, not an amount.
        let end = fractionEnd;
        while (text.charAt(end) === '.' && isDigit(text.charCodeAt(end + 1))) end = digitsEnd(text, end + 1);
        return { end, value: Number.NaN };
      }
      const fraction = text.slice(firstEnd + 1, fractionEnd);
      if (!chained && fraction.length <= MAX_DIGITS) return { end: fractionEnd, value: Number(`${whole}.${fraction}`) };
    }
  }
  if (separator === 'e' && /^e\+?\d{1,2}(?![\da-zа-я])/.test(text.slice(firstEnd, firstEnd + 5))) {
    const exponentEnd = digitsEnd(text, firstEnd + (text.charAt(firstEnd + 1) === '+' ? 2 : 1));
    return { end: exponentEnd, value: Number(text.slice(start, exponentEnd)) };
  }
  return { end: firstEnd, value: Number(whole) };
};
