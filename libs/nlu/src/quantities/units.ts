import type { Token } from '../numbers/token.js';
import type { Unit } from '../types.js';

/** A unit phrase in the token stream. */
export interface UnitPhrase {
  unit: Unit;
  /** The token after the phrase. */
  to: number;
  /** Factor to the contract's unit: 60 for hours in minutes. */
  factor: number;
  /** Plain «метров» or «м»: metres of distance or square metres, the context decides. */
  metres?: 'word' | 'letter';
}

const WORDS = new Map<string, Unit>();
const add = (unit: Unit, words: string): void => {
  for (const word of words.split(' ')) WORDS.set(word, unit);
};
const forms = (stem: string, endings: string): string =>
  endings
    .split(' ')
    .map((ending) => stem + (ending === '-' ? '' : ending))
    .join(' ');

add('sqm', 'м2 m2 квм квм2 кв2 sqm метр2 метров2 метра2');
add('sqm', forms('квадрат', '- а у ом е ы ов ам ами ах'));
add('sqm', forms('квадратик', '- а ов ах'));
add('sqm', 'квадратов квадратах квдратов квадартов кадратов квадратоф квадратв кваратов квадртов квадраов');
add('km', `км km ${forms('километр', '- а у ом е ы ов ам ами ах')}`);
add('min', `мин min ${forms('минут', '- а ы у е ой ам ами ах')} минутка минутки минуток минутках минуты`);
add(
  'pct',
  `% проц процентов проценты ${forms('процент', '- а у ом е ы ов ам ами ах')} процентный процентная процентное процентной процентную pct`,
);
add('years', 'лет летний летняя летнее летнего летней летие года год году годом году годам годами годах годик годика');
add(
  'floor',
  `эт ${forms('этаж', '- а у ом е и ей ам ами ах')} этажный этажное этажная этажного этажном этажной этажка этажей этажах`,
);
add(
  'rooms',
  `комн ${forms('комнат', '- а ы у е ой ам ами ах')} комнатный комнатная комнатное комнатного комнатной комнатную комнаты ${forms('кабинет', '- а у ом е ы ов ам ами ах')}`,
);
add('sotka', 'сотка сотки сотку соток соткой сотке соткам сотками сотках');
add('ha', `га ha ${forms('гектар', '- а у ом е ы ов ам ами ах')}`);
add(
  'rub',
  `₽ р руб rub rur рэ р-лей ${forms('рубл', 'ь я ю ем е и ей ям ями ях')} рублев рубле рубликов целковых деревянных`,
);
add(
  'usd',
  `$ usd ${forms('доллар', '- а у ом е ы ов ам ами ах')} долл дол ${forms('бакс', '- а у ом ы ов ам ами ах')} уе`,
);
add('eur', '€ eur евро');
add(
  'count',
  `человек чел человека людей сотрудников сотрудника сотрудник сотрудниками мест места место местами шт штук штуки штука машиномест машиноместа машиноместо машино ${forms('парков', 'ок')} лот лота лотов лоты вариант варианта вариантов варианты объект объекта объектов объекты офис офиса офисов помещение помещения помещений здание здания зданий склад склада складов рабочих магазин магазина магазинов стол столов раз раза`,
);

/** Money or share of the word, if it is one. */
export const unitOfWord = (word: string): Unit | undefined => WORDS.get(word);

const METRE_WORDS = /^метр(?:а|у|ом|е|ы|ов|ам|ами|ах|овый|овая|овое|ового|овой|овую|оф)?$/;
const HOUR_WORDS = /^(?:час|часа|часов|часами|часах|ч)$/;
const SQUARE = /^квадратн(?:ый|ых|ого|ому|ым|ыми|ом|ые|ая|ую)$/;

const isDot = (token: Token | undefined): boolean => token?.text === '.' && !token.gap;

/** Skips the dot of an abbreviation. */
const afterDot = (tokens: readonly Token[], at: number): number => (isDot(tokens[at]) ? at + 1 : at);

const isMetreWord = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.text === 'м' || token.text === 'm' || token.text === 'м2' || METRE_WORDS.test(token.text));

/** Reads «м²», «кв. м», «квадратных метров», «метров квадратных», «м.кв.», «м^2», «sq m» at `at`. */
const readArea = (tokens: readonly Token[], at: number): number => {
  const text = tokens[at]?.text ?? '';
  if (text === 'кв' || text === 'sq' || SQUARE.test(text)) {
    const next = afterDot(tokens, at + 1);
    if (isMetreWord(tokens[next])) {
      const end = next + 1;
      return tokens[next]?.text === 'м' && tokens[end]?.text === '²' ? end + 1 : end;
    }
    return text === 'кв' && !isDot(tokens[at + 1]) ? at + 1 : SQUARE.test(text) ? at + 1 : text === 'кв' ? at + 1 : -1;
  }
  if (!isMetreWord(tokens[at])) return -1;
  const next = afterDot(tokens, at + 1);
  const word = tokens[next]?.text ?? '';
  if (word === 'кв' || SQUARE.test(word) || (word === '²' && next === at + 1)) return next + 1;
  if (word === '^' && tokens[next + 1]?.text === '2') return next + 2;
  return -1;
};

/** Reads the unit phrase that starts at token `at`; the price's «за метр в год» is read by `readRate`. */
export const readUnit = (tokens: readonly Token[], at: number): UnitPhrase | undefined => {
  let index = at;
  let token = tokens[index];
  if (token === undefined) return undefined;
  // «3-комнатный», «10-минутная», «100-метровый».
  if (token.text === '-' && !token.gap && tokens[index + 1]?.kind === 'word' && !tokens[index + 1]?.gap) {
    index++;
    token = tokens[index];
    if (token === undefined) return undefined;
  }
  if (token.text === ',' || token.text === '.') return undefined;
  const area = readArea(tokens, index);
  if (area > 0) return { unit: 'sqm', to: area, factor: 1 };
  const { text } = token;
  if (text === 'у' && tokens[index + 1]?.text === '.' && tokens[index + 2]?.text === 'е')
    return { unit: 'usd', to: index + 3, factor: 1 };
  // «10 м/м»: parking places.
  if (text === 'м' && tokens[index + 1]?.text === '/' && tokens[index + 2]?.text === 'м')
    return { unit: 'count', to: index + 3, factor: 1 };
  if (METRE_WORDS.test(text)) return { unit: 'sqm', to: index + 1, factor: 1, metres: 'word' };
  if (text === 'м' || text === 'm') return { unit: 'sqm', to: index + 1, factor: 1, metres: 'letter' };
  if (HOUR_WORDS.test(text)) return { unit: 'min', to: index + 1, factor: 60 };
  if (/^минутн/.test(text)) return { unit: 'min', to: index + 1, factor: 1 };
  if (text === 'рабочих' && /^мест/.test(tokens[index + 1]?.text ?? ''))
    return { unit: 'count', to: index + 2, factor: 1 };
  const unit = WORDS.get(text);
  if (unit === undefined) return undefined;
  if (unit === 'pct' && /^(?:годовых|пункт)/.test(tokens[index + 1]?.text ?? ''))
    return { unit, to: index + 2, factor: 1 };
  return { unit, to: index + 1, factor: 1 };
};
