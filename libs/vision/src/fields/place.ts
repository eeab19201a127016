import { readPlaces } from '#libs/nlu';
import type { ReadField } from '../analysis.js';
import type { Segment } from './segments.js';

/** Kinds of streets, short and whole. «Площадь» is left to SQUARE: it is also how areas are labelled. */
const STREET =
  '(?:ул(?:ица|\\.)?|пр-?к?т|просп(?:ект|\\.)|проспект|пер(?:еулок|\\.)|наб(?:ережная|\\.)?|ш(?:оссе|\\.)|шоссе|б-?р|бул(?:ьвар|\\.)|бульвар|проезд|пр-д|туп(?:ик|\\.)|аллея|линия|пр\\.|пл\\.|Улица|Бульвар|Проспект|Набережная|Проезд|Переулок|Шоссе|Площадь(?=\\s[А-ЯЁ][а-яё]+,?\\s\\d))';
/** A word of a street's name: «Большая», «Тверская-Ямская», «2-я», «1905», «года», «им.». */
const NAME =
  '(?:\\d{1,2}(?=\\s[А-ЯЁ])|\\d{1,2}-(?:я|й|ая|ой|ый|го|е)|\\d{4}|[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*|[А-ЯЁ]\\.|года|лет)';
const NAMES = `${NAME}(?:\\s${NAME}){0,3}`;
const PART = '(?:стр(?:оение|\\.)?|корп(?:ус|\\.)?|вл(?:адение|\\.)?|лит(?:ера?|\\.)?|к\\.?|с\\.?)';
const HOUSE = `(?:д(?:ом|\\.)?\\s?)?\\d{1,3}(?:[А-Яа-яA-Z](?![\\p{L}]))?(?:\\/\\d{1,3}(?:[А-Яа-я](?![\\p{L}]))?)?(?:,?\\s?${PART}\\s?\\d{1,3}(?:[А-Яа-я](?![\\p{L}]))?)*(?![\\d\\p{L}])`;
const ADDRESS = new RegExp(
  `(?<![\\p{L}\\d-])((?:${STREET}\\s${NAMES}|${NAMES}\\s${STREET}|[А-ЯЁ][а-яё]+ая площадь),?\\s?${HOUSE})`,
  'u',
);
/** What follows a number that is no house. */
const MEASURE = /^\s*(?:,\d|кв|м²|м2|м\.?(?!\p{L})|₽|руб|эт|мин|%|тыс|млн)/u;

/** The address as written, without the city and the label. */
export function readAddress(segments: readonly Segment[]): ReadField<string> | undefined {
  for (const { text, confidence } of segments) {
    const match = ADDRESS.exec(withoutLead(text));
    if (!match) continue;
    const rest = withoutLead(text).slice(match.index + match[0].length);
    if (MEASURE.test(rest)) continue;
    const value = match[1]!.replace(/\s+/gu, ' ').trim();
    return { value, text: value, confidence };
  }
  return undefined;
}

const withoutLead = (text: string): string =>
  text.replace(/^.*?адрес(?:\s\p{L}+)?\s*[:—-]?\s*/iu, '').replace(/^(?:Россия,?\s*)?(?:г\.?\s*)?Москва[,.]?\s*/u, '');

/** Words that say that a name is a station's. */
const METRO = /(?:^|[^\p{L}])(?:м\.|м(?=\s+[«"]?[А-ЯЁ])|метро|ст\.?\s?м|станци[яи]|МЦК|МЦД)/iu;

/** The official name of the nearest station, when the text names one and says that it is a station. */
export function readStation(segments: readonly Segment[]): ReadField<string> | undefined {
  for (const { text, confidence } of segments) {
    const marker = METRO.exec(text);
    if (!marker) continue;
    const { stations, ambiguities } = readPlaces(
      `метро ${text.slice(marker.index + marker[0].length).replace(/[«»"(]/gu, ' ')}`,
    );
    const [station] = stations;
    if (station !== undefined && stations.length === 1 && ambiguities.length === 0)
      return { value: station, text, confidence };
  }
  return undefined;
}

const ORDINALS: readonly [RegExp, number][] = [
  'перв',
  'втор',
  'трет',
  'четв[её]рт',
  'пят',
  'шест',
  'седьм',
  'восьм',
  'девят',
  'десят',
].map((stem, index) => [new RegExp(`(?:^|[^\\p{L}])${stem}\\p{L}{1,3}\\s+этаж(?!н|е[йв])`, 'iu'), index + 1]);

const FLOORS: readonly RegExp[] = [
  /(?<![\d.,])(\d{1,2})\s?\/\s?\d{1,3}\s?эт/iu,
  /(?:^|[^\p{L}])этаж\s?[:—–-]?\s?№?\s?(-?\d{1,2})(?![\d.,]|\s?-?этажн)/iu,
  /(?<![\d.,/-])(\d{1,2})\s?-?(?:й|м|ый|ом|ий|ем|го)?\s(?:этаж(?!н|е[йв]|а)|эт\.?(?![\p{L}]))/iu,
];
const HIGHEST = 100;
/** «Здание 9 этажей», «этажность». */
const OF_BUILDING = /этажност|этажей|здани[ея]\s+(?:в\s+)?\d+/iu;

/** The floor, when the text states exactly one. */
export function readFloor(segments: readonly Segment[]): ReadField<number> | undefined {
  const found: ReadField<number>[] = [];
  for (const { text, confidence } of segments) {
    const plain = OF_BUILDING.test(text) ? text.replace(/этажност\p{L}*[^\d]*\d+|\d+\s+этажей/giu, ' ') : text;
    const value = floorOf(plain);
    if (value !== undefined) found.push({ value, text, confidence });
  }
  return new Set(found.map(({ value }) => value)).size === 1 ? found[0] : undefined;
}

function floorOf(text: string): number | undefined {
  for (const pattern of FLOORS) {
    const value = Number(pattern.exec(text)?.[1] ?? Number.NaN);
    if (Number.isInteger(value) && value !== 0 && Math.abs(value) <= HIGHEST) return value;
  }
  return ORDINALS.find(([pattern]) => pattern.test(text))?.[1];
}
