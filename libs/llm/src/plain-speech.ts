import { looksLikeInjection } from './injection.js';

/** Longest text worth a model: a client's answer is a few sentences. */
const LONGEST = 400;
/** The longest ordinary Russian words have 25 letters or so; longer tokens are codes, links, encodings. */
const LONGEST_TOKEN = 30;
const MOST_LINES = 4;
/** Least share of Cyrillic among the letters. */
const CYRILLIC_SHARE = 0.7;
/** Signs that belong to markup, code and chat templates, not to speech. */
const MARKUP = /[{}<>[\]|`\\=~^_]|\/\/|##|--|\*\*/u;
/** Text in a coding: base64, hexadecimal, percent or unicode escapes. */
const ENCODED =
  /(?=[A-Za-z0-9+/]*\d)(?=[A-Za-z0-9+/]*[A-Za-z])[A-Za-z0-9+/]{16,}|%[0-9a-f]{2}|(?:\b[0-9a-f]{2}\s){4}/iu;
/** Letters set apart, «и г н о р и р у й». */
const SPACED_OUT = /(?:(?<![\p{L}\d])\p{L}[\s.*-]+){4}\p{L}(?![\p{L}\d])/u;
/** What one says about a machine and its duties; about premises only by chance, and then the rules do. */
const MACHINE_WORDS =
  /(?<!\p{L})(?:ассистент|разработчик|инструкци|промпт|алгоритм|бот(?!\p{L}{3})|робот|программ[аыуе]й?(?!\p{L})|команд[аыуе]й?(?!\p{L})|правил|обязан|подтвер|соглас|разреш|запре[щт])/iu;
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF\u{E0000}-\u{E007F}]/u;

/**
 * Whether a text is what clients ordinarily write: short, Russian, without markup, codes, hidden or mixed letters and
 * without words addressed to a machine. Only such text reaches a model. A false «no» costs one clarifying question, so
 * every doubt is a «no».
 */
export function isPlainSpeech(text: string): boolean {
  if (text.length > LONGEST || text.split('\n').length > MOST_LINES) return false;
  if (INVISIBLE.test(text) || MARKUP.test(text) || ENCODED.test(text) || SPACED_OUT.test(text)) return false;
  if (text.split(/\s+/u).some((token) => token.length > LONGEST_TOKEN || isMixed(token))) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const cyrillic = text.match(/\p{Script=Cyrillic}/gu)?.length ?? 0;
  return letters > 0 && cyrillic / letters >= CYRILLIC_SHARE && !MACHINE_WORDS.test(text) && !looksLikeInjection(text);
}

/** Cyrillic and Latin letters side by side in one word: a disguise more often than a slip. */
function isMixed(token: string): boolean {
  return /\p{Script=Cyrillic}\p{Script=Latin}|\p{Script=Latin}\p{Script=Cyrillic}/u.test(token);
}
