import { FIRST_NAMES } from '../contacts/first-names.js';
import type { Ambiguity, SlotSpan } from '../types.js';
import { readUtterance, type Utterance, type Word } from '../utterance/utterance.js';
import { isLeft, isNegated, isRefused } from './dismissed.js';
import { continuesPlace, GAZETTEER, longestAt, type PlaceEntry, startsPlace, stationWithTypo } from './gazetteer.js';
import { DISTRICT_WORD, IN, METRO, NEAR, ON } from './leads.js';
import { HOMONYMS } from './station-names.js';

export interface Places {
  stations: string[];
  districts: string[];
  /** «не важно где», «любой район». */
  anyPlace: boolean;
  spans: SlotSpan[];
  ambiguities: Ambiguity[];
}

const CYRILLIC = /^[а-я]+$/;
/** «по Северному округу»: a district and an okrug of one name; the word after it tells which. */
const OKRUG_OF: Readonly<Record<string, string>> = { Северный: 'САО', Восточный: 'ВАО' };
const CONNECTOR = new Set([
  'и',
  'или',
  'либо',
  'а',
  'еще',
  'также',
  'не',
  'лучше',
  'точнее',
  'вернее',
  'метро',
  'м',
  'районе',
  'район',
]);
/** «Парк Победы», «Курская область», «Тверская улица»: what follows makes the word part of another name. */
const OTHER_NAME =
  /^(?:улиц|ул$|область|области|обл$|набережн|слобод|шоссе$|губерни|республик|армия|кухн|мебел|жизнь|школ[аыу]|форм[аыу]|сторон[аыуе]|правда|площадк)/;
const ANY_PLACE =
  / (?:(?:район|место|локаци[яю]|метро|станци[яю]|местоположени[ея]|округ|расположени[ея])[а-я]* (?:не важ[а-я]+|неважн[а-я]+|не принципиал[а-я]+|непринципиал[а-я]+|любой|любое|любая|без разницы|все равно|не имеет значения|не критич[а-я]+|роли не играет)|(?:любой|любая|любое|в любом|любом) (?:район|локаци|мест|метро|станци|округ)[а-я]*|(?:не важно|неважно|все равно|без разницы|не принципиально) (?:где|какой район|какое метро|в каком районе|район|место|метро|локация)|где угодно|где не ?важно|по всей москве|вся москва|любая точка|в любой точке|в любой части|где нибудь в москве|место не важно|без привязки к (?:району|метро|месту|локации)) /;

/** A capital letter inside a sentence lets a misspelt word of this many letters be a station; shorter ones may be surnames. */
const LONG_NAME = 8;

interface Found {
  entry: PlaceEntry;
  first: number;
  length: number;
  typo: boolean;
}

/**
 * Finds stations and districts. Names that are everyday words («Университет», «Спортивная») count only with evidence: «метро», a
 * preposition of place, a capital letter inside a sentence, a list of places, or a question about the place (`expected`).
 */
export function readPlaces(input: string | Utterance, expected = false): Places {
  const utterance = typeof input === 'string' ? readUtterance(input) : input;
  const { words } = utterance;
  const places: Places = { stations: [], districts: [], anyPlace: false, spans: [], ambiguities: [] };
  let previous: Found | undefined;
  for (let i = 0; i < words.length; i++) {
    const found = findAt(words, i, previous, expected);
    if (!found) continue;
    const joins =
      previous !== undefined &&
      i - (previous.first + previous.length) === 1 &&
      /^(?:и|или)$/.test(words[i - 1]?.form ?? '');
    if (joins && isRefused(words, i + found.length)) dropPlace(places, previous);
    previous = found;
    if (!isNegated(words, i) && !isRefused(words, i + found.length) && !isLeft(words, i))
      addPlace(places, found, words);
    i += found.length - 1;
  }
  if (
    ANY_PLACE.test(utterance.flat) ||
    (expected &&
      /(?:не ?важно|все равно|без разницы|любой|любая|где угодно|не принципиально|не имеет значения) $/.test(
        utterance.flat,
      ))
  )
    places.anyPlace = places.stations.length === 0 && places.districts.length === 0;
  return places;
}

/** A station whose name is one typo away: a name of several words speaks for itself, one word needs evidence around it. */
function misspelt(words: readonly Word[], i: number, evident: boolean): Found | undefined {
  let key = words[i]?.form ?? '';
  if (!CYRILLIC.test(key)) return undefined;
  for (let length = 2; length <= 3; length++) {
    const next = words[i + length - 1];
    if (next === undefined || next.afterPause || !CYRILLIC.test(next.form)) break;
    key = `${key} ${next.form}`;
    // One slip leaves the other word as it is.
    if (!startsPlace(words[i]?.form ?? '') && !continuesPlace(next.form)) break;
    const station = next.form.length >= 3 && key.length >= 9 ? stationWithTypo(key) : undefined;
    if (station) return { entry: { station }, first: i, length, typo: true };
  }
  const word = words[i]?.form ?? '';
  if (!evident || word.length < 6 || ORDINAL.test(word) || OTHER_NAME.test(words[i + 1]?.form ?? '')) return undefined;
  const station = stationWithTypo(word);
  return station ? { entry: { station }, first: i, length: 1, typo: true } : undefined;
}

/** Whether the words are a clause of their own: «аэропорт, офис 100 метров». */
const isClause = (words: readonly Word[], first: number, length: number): boolean =>
  (first === 0 || words[first]?.afterPause === true) &&
  (first + length >= words.length || words[first + length]?.afterPause === true);

/** «на первом этаже» is not in Perovo. */
const ORDINAL = /^(?:перв|втор|трет|четв[её]рт|пят|шест|седьм|восьм|девят|десят)/;
const PREMISES = /^(?:офис|склад|магазин|помещени|псн|ангар|ритейл|аренд|снять|сним|купить|купл|купим)/;
const FIGURE_OR_LIMIT =
  /^(?:\d.*|до|от|в|на|с|у|для|под|за|около|примерно|метров|квадрат(?:ов|а)|площад.*|бюджет.*|срочно|недорого)$/;
const AREA_UNIT = /^(?:квадрат.*|метр.*|м2|кв|кв\.?м)$/;

/** «офис тульская до 30 млн», «тульская 80 квадратов»: a name thrown in between what is looked for and a figure. */
function isThrownIn(words: readonly Word[], i: number, length: number): boolean {
  const next = words[i + length];
  const ends = next === undefined || next.afterPause || FIGURE_OR_LIMIT.test(next.form);
  if (i > 0) return ends && !words[i]?.afterPause && PREMISES.test(words[i - 1]?.form ?? '');
  return /^\d+$/.test(next?.form ?? '') && AREA_UNIT.test(words[i + length + 1]?.form ?? '');
}

/** Whether another place follows in a list: «Аэропорт или Сокол», «ЗАО или ЮЗАО», «Рижская Проспект Мира». */
function opensList(words: readonly Word[], next: number): PlaceEntry | undefined {
  const joint = words[next];
  if (joint === undefined) return undefined;
  if (joint.afterPause) return longestAt(words, next)?.entry;
  if (joint.capital) {
    const entry = longestAt(words, next)?.entry;
    return entry?.station !== undefined && entry.official === true && !entry.weakStation ? entry : undefined;
  }
  if (!/^(?:и|или|либо)$/.test(joint.form)) return undefined;
  const skip = METRO.has(words[next + 1]?.form ?? '') ? 2 : 1;
  return longestAt(words, next + skip)?.entry;
}

function findAt(words: readonly Word[], i: number, previous: Found | undefined, expected: boolean): Found | undefined {
  const word = words[i];
  if (!word) return undefined;
  let before = i - 1;
  while (
    before >= 0 &&
    /^(?:самой|самого|самом|станции|ст|метро|м|мцк|площади|города|районе|района|районом|район|от|с|со|ст)$/.test(
      words[before]?.form ?? '',
    ) &&
    !/^(?:метро|м|станции|от|с|со|районе|район|района)$/.test(words[before]?.form ?? '')
  )
    before--;
  const lead = words[before]?.form ?? '';
  const listed =
    previous !== undefined &&
    i - (previous.first + previous.length) <= 2 &&
    (i === previous.first + previous.length ? word.afterPause : CONNECTOR.has(lead));
  const metro = METRO.has(lead) || METRO.has(words[before - 1]?.form ?? '');
  const near = NEAR.has(lead);
  const on = ON.has(lead);
  const within = IN.has(lead);
  const match = longestAt(words, i);
  if (!match) {
    const capital = word.capital && i > 0 && word.form.length >= LONG_NAME && !words[i - 1]?.capital;
    // «ногатинская офис»: an adjective of that ending at the head of a message is hardly anything else.
    // So is one that ends a clause or stands before a figure: «…70 метров, белоруская», «140 кв м павелетская до 450000».
    const follows = words[i + 1];
    const endsClause = follows === undefined || follows.afterPause || FIGURE_OR_LIMIT.test(follows.form);
    const heading = /^[а-я]{6,}[стц]кая$/.test(word.form) && ((i === 0 && words.length <= 4) || (i > 0 && endsClause));
    const single = metro || near || on || listed || (expected && words.length <= 4) || capital || heading;
    return misspelt(words, i, single);
  }
  const next = words[i + match.length]?.form ?? '';
  const { entry } = match;
  if (!metro && OTHER_NAME.test(next)) return undefined;
  const after = DISTRICT_WORD.test(next);
  const districtWord = DISTRICT_WORD.test(lead) || after;
  const surname = FIRST_NAMES.has(words[i - 1]?.form ?? '') && !word.afterPause;
  if (surname && match.length === 1) return undefined;
  const capital = word.capital && (i > 0 || words.length <= match.length + 1);
  const alone = isClause(words, i, match.length) && entry.official === true;
  const following = entry.weakStation || entry.weakDistrict ? opensList(words, i + match.length) : undefined;
  const withStation =
    following?.station !== undefined && (!following.weakStation || word.capital || following.official === true);
  const withDistrict = following?.district !== undefined && !following.weakDistrict;
  const replacing = words[i + match.length]?.form === 'вместо' || words[i + match.length + 1]?.form === 'вместо';
  const evidence =
    (replacing && word.capital) ||
    metro ||
    near ||
    on ||
    listed ||
    capital ||
    alone ||
    // Any office stands in a «деловой центр».
    (entry.official === true && entry.station !== 'Деловой центр' && isThrownIn(words, i, match.length)) ||
    withStation ||
    (expected && words.length <= 5);
  const isStation =
    entry.station !== undefined &&
    (!entry.weakStation || evidence || (within && (word.capital || word.form === 'сити')));
  // «ЗАО» between commas; «ЗАО «Ромашка»» is a company.
  const isOkrug = word.capital && isClause(words, i, match.length) && /^(?:зао|сао|вао|юао|цао)$/.test(word.form);
  const isDistrict =
    entry.district !== undefined &&
    (!entry.weakDistrict ||
      isOkrug ||
      districtWord ||
      within ||
      on ||
      listed ||
      withDistrict ||
      (expected && words.length <= 5) ||
      (near && /^центр/.test(word.form)));
  const base = { first: i, length: match.length, typo: false };
  // «в Печатниках»: premises are found by stations and okrugs, so a name of both is the station unless «район» is said.
  if (isDistrict && (!isStation || districtWord)) {
    const okrug = after && next.startsWith('округ') ? OKRUG_OF[entry.district ?? ''] : undefined;
    if (okrug !== undefined) return { ...base, length: match.length + 1, entry: { district: okrug } };
    if (entry.weakDistrict && !districtWord && entry.station === undefined && /^(?:к|до|от)$/.test(lead))
      return undefined;
    return { ...base, length: match.length + (after ? 1 : 0), entry: { district: entry.district ?? '' } };
  }
  if (!isStation || entry.station === undefined) return undefined;
  return { ...base, entry: { station: entry.station } };
}

/** «ЮВАО и ВАО исключаем»: the first of the two goes with the second. */
function dropPlace(places: Places, found: Found | undefined): void {
  places.stations = places.stations.filter((station) => station !== found?.entry.station);
  places.districts = places.districts.filter((district) => district !== found?.entry.district);
}

function addPlace(places: Places, found: Found, words: readonly Word[]): void {
  const start = words[found.first]?.start ?? 0;
  const end = words[found.first + found.length - 1]?.end ?? start;
  const { station, district } = found.entry;
  if (station !== undefined) {
    if (!places.stations.includes(station)) places.stations.push(station);
    places.spans.push({ slot: 'stations', start, end });
    const options = HOMONYMS[station];
    if (options) places.ambiguities.push({ slot: 'stations', start, end, options: [...options] });
  } else if (district !== undefined) {
    if (!places.districts.includes(district)) places.districts.push(district);
    places.spans.push({ slot: 'districts', start, end });
  }
}

/** Official station name for what a client wrote, or undefined: exact forms first, then one typo. */
export function resolveStation(text: string): string | undefined {
  const form = readUtterance(text)
    .words.filter((word) => !METRO.has(word.form))
    .map((word) => word.form)
    .join(' ');
  return GAZETTEER.get(form)?.station ?? stationWithTypo(form);
}

/** Official district or okrug for what a client wrote, or undefined. */
export function resolveDistrict(text: string): string | undefined {
  const forms = readUtterance(text).words.map((word) => word.form);
  const bare = forms.filter((form) => !DISTRICT_WORD.test(form));
  return GAZETTEER.get(forms.join(' '))?.district ?? GAZETTEER.get(bare.join(' '))?.district;
}
