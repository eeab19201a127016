/** Longest text that is read; the rest of a longer message is ignored, so that time stays bounded. */
export const MAX_TEXT_LENGTH = 4000;

const FOLDED = new Map<number, string>();
const fold = (chars: string, to: string): void => {
  for (const char of chars) FOLDED.set(char.charCodeAt(0), to);
};
fold(
  '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\v\f\u200b\ufeff',
  ' ',
);
fold('\r\u0085\u2028\u2029', '\n');
fold('\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe58', '-');
fold('\u2018\u2019\u02bc\u00b4`\u2032', "'");
fold('\u0451', '\u0435');
fold('\uff05\ufe6a', '%');
fold('\uff0e', '.');
fold('\uff0c', ',');
fold('\uff1a', ':');
fold('\uff0b', '+');
fold('\uff04', '$');
for (let digit = 0; digit < 10; digit++) {
  FOLDED.set(0xff10 + digit, String(digit));
  FOLDED.set(0x0660 + digit, String(digit));
}

const lowerPerUnit = (text: string): string => {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const lower = char.toLowerCase();
    out += lower.length === 1 ? lower : char;
  }
  return out;
};

/**
 * Lower-cases the text and maps look-alike characters (spaces, dashes, apostrophes, full-width digits, `ё`) to one form each.
 * The result has the length of the (cut) input, unit for unit, so offsets into it are offsets into the text.
 */
export const foldText = (text: string): string => {
  const cut = text.length > MAX_TEXT_LENGTH ? text.slice(0, MAX_TEXT_LENGTH) : text;
  let lower = cut.toLowerCase();
  // A few capital letters («İ») lower-case to two units and would shift every offset after them.
  if (lower.length !== cut.length) lower = lowerPerUnit(cut);
  let out = '';
  let copied = 0;
  for (let i = 0; i < lower.length; i++) {
    const code = lower.charCodeAt(i);
    if (code >= 32 && code < 0x80 && code !== 0x60) continue;
    if (code >= 0x0430 && code <= 0x044f) continue;
    const folded = FOLDED.get(code);
    if (folded === undefined) continue;
    out += lower.slice(copied, i) + folded;
    copied = i + 1;
  }
  return copied === 0 ? lower : out + lower.slice(copied);
};

/** Latin letters drawn like Cyrillic ones, lower case. */
export const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'а',
  b: 'в',
  c: 'с',
  e: 'е',
  h: 'н',
  k: 'к',
  m: 'м',
  o: 'о',
  p: 'р',
  t: 'т',
  x: 'х',
  y: 'у',
};
