import type { Numeral } from './numeral.js';
import type { Token } from './token.js';

const FIRST_OF = new Set(
  'делом очередь очереди взгляд взгляда попавшийся попавшееся рук время встречный встречного'.split(' '),
);

/** Set phrases built on «один» that count nothing. */
const oneIdiom = (tokens: readonly Token[], numeral: Numeral): number => {
  const before = tokens[numeral.from - 1]?.text;
  const next = tokens[numeral.to]?.text;
  const word = tokens[numeral.from]?.text;
  if (next === 'из')
    return /^(?:двух|трех)$/.test(tokens[numeral.to + 1]?.text ?? '') && tokens.length === numeral.to + 2
      ? numeral.to + 2
      : numeral.to;
  if (next === 'черт') return numeral.to;
  if (before === 'ни') return numeral.to;
  if (next === 'и' && /^(?:тот|та|то|той|того|том|ту|тому|тем|те)$/.test(tokens[numeral.to + 1]?.text ?? ''))
    return numeral.to + 2;
  if (next === 'стороны' || next === 'время' || next === 'словом' || next === 'дело') return numeral.to;
  if ((next === 'на' || next === 'в') && tokens[numeral.to + 1]?.text.startsWith('од')) return numeral.to + 2;
  if (before === 'как' && numeral.to === tokens.length) return numeral.to;
  if (word === 'одну' || word === 'один') {
    if (/^(?:минуточку|минутку|секунду|секундочку|сек|момент)$/.test(next ?? '')) return numeral.to;
    if (next === 'минуту' && !/^(?:пешком|от|до|ходьбы|езды)$/.test(tokens[numeral.to + 1]?.text ?? ''))
      return numeral.to;
  }
  if (before === 'я' && next === undefined) return numeral.to;
  return 0;
};

const firstIdiom = (tokens: readonly Token[], numeral: Numeral): number => {
  const next = tokens[numeral.to]?.text ?? '';
  const before = tokens[numeral.from - 1];
  if (FIRST_OF.has(next)) return numeral.to;
  if (before?.text === '-' && /^во?$/.test(tokens[numeral.from - 2]?.text ?? '')) return numeral.to;
  return 0;
};

const INSTRUMENTAL = /(?:ами|ями|ьми)$/;

/** «семью» is «seven» (instrumental) or «a family»: a number only next to a numeral or a noun in the instrumental plural. */
const isFamily = (tokens: readonly Token[], numeral: Numeral): boolean => {
  if (numeral.to - numeral.from !== 1 || tokens[numeral.from]?.text !== 'семью') return false;
  const next = tokens[numeral.to]?.text ?? '';
  return tokens[numeral.to]?.form === undefined && !INSTRUMENTAL.test(next) && !/^(?:процентами|днями)$/.test(next);
};

const AFTER_GENITIVE = new Set(
  'от до около с со из больше более меньше менее порядка свыше не дороже дешевле минимум максимум для без у'.split(' '),
);
const COUNTED_NOUN = /(?:ов|ев|ей|ых|их|ам|ами|ах|ти|мин|лет|мест|тыс|млн|руб|р|м|кв|человек|комнат|минут|соток|га)$/;

/** «сорока за окном», «сорока трещит» is a bird; the genitive of forty follows a limit or stands before what is counted. */
const isMagpie = (tokens: readonly Token[], numeral: Numeral): boolean => {
  if (numeral.to - numeral.from !== 1 || tokens[numeral.from]?.text !== 'сорока') return false;
  const next = tokens[numeral.to];
  if (AFTER_GENITIVE.has(tokens[numeral.from - 1]?.text ?? '')) return false;
  return next?.kind === 'word' && next.form === undefined && !COUNTED_NOUN.test(next.text);
};

/**
 * The token after a set phrase in which the numeral states no number («одна из», «во-первых», «на все сто», «в двух словах»,
 * «с нуля», «семью» = family), or 0 when it does state one.
 */
export const isIdiom = (tokens: readonly Token[], numeral: Numeral): number => {
  const before = tokens[numeral.from - 1];
  const next = tokens[numeral.to]?.text ?? '';
  const { value } = numeral;
  if (numeral.to - numeral.from > 1) return 0;
  if (numeral.ordinal && before?.text === '-' && /^во?$/.test(tokens[numeral.from - 2]?.text ?? '')) return numeral.to;
  if (numeral.ordinal) {
    if (value === 1) return firstIdiom(tokens, numeral);
    if (value === 3 && /^(?:лиц|лица|лицам|лицами|лицо|транспортн.*|кольц.*|рим|сторон.*)$/.test(next))
      return numeral.to;
    if (value === 2 && next === 'рук') return numeral.to;
    if (value === 3 && next === 'не' && tokens[numeral.to + 1]?.text === 'дано') return numeral.to + 2;
    // «третьего дня» is the day before yesterday, «в половине третьего дня» an hour.
    const isHalfPast = /^(?:пол|половина|половину|половине)$/.test(before?.text ?? '');
    if (next === 'дня' && tokens[numeral.from]?.text === 'третьего' && !isHalfPast) return numeral.to;
    if (value === 10 && (before?.text === 'дело' || next === 'дело')) return numeral.to;
    return 0;
  }
  if (value === 1 && !numeral.fraction) return oneIdiom(tokens, numeral);
  if (value === 100 && before?.text === 'все' && tokens[numeral.from - 2]?.text === 'на') return numeral.to;
  if (value === 2 && /^(?:словах|слова|счета)$/.test(next) && /^(?:в|на)$/.test(before?.text ?? '')) return numeral.to;
  if (value === 0 && (before?.text === 'с' || next === 'внимания')) return numeral.to;
  if (value === 40 && isMagpie(tokens, numeral)) return numeral.to;
  if (value === 7 && isFamily(tokens, numeral)) return numeral.to;
  return 0;
};
