import type { Numeral } from '../numbers/numeral.js';
import type { Token } from '../numbers/token.js';
import { resolveStation } from '../places/places.js';
import { monthOf } from './calendar.js';
import { isPlain, type Marking, numeralAt, takeSpan, textAt } from './mark.js';

const STREET =
  /^(?:ул|улиц[аеуы]|улицей|проспект[аеу]?|просп|пр|переулок|переулк[аеу]|пер|набережн(?:ая|ой|ую)|наб|шоссе|ш|бульвар[аеу]?|бул|проезд[аеу]?|тупик[аеу]?|аллея|аллее|вал[ау]?|спуск[ае]?|мкр|микрорайон[аеу]?)$/;
const SQUARE = /^(?:площад[ьи]|пл)$/;
const HOUSE =
  /^(?:дом[аеу]?|д|корпус[аеу]?|корп|строени[еяи]|стр|владени[еяи]|вл|домовладение|литера|подъезд[аеу]?|квартира|пом)$/;
const UNIT_AFTER =
  /^(?:м|м2|m2|sqm|sq|квм|кв|квадрат\S*|метр\S*|руб\S*|₽|р|\$|€|тыс\S*|%|процент\S*|человек|лет|км|га|сот\S*|минут\S*|мин|млн|т|комнат\S*|кабинет\S*|этажн\S*|этаж\S*|мест|лот\S*|офис\S*|вариант\S*)$/;
const NAME_STOP =
  /^(?:до|от|за|около|площадью|офис\S*|склад\S*|бюджет\S*|цен\S*|аренд\S*|примерно|порядка|в|на|с|по|и|или|метраж\S*|помещени\S*|нужн\S*|нужен|ищу|интерес\S*|хочу|не|минимум|максимум|свыше|более|менее|этаж\S*|ставк\S*|класс\S*|стоит|стоимость|продаж\S*|срок\S*|есть|площадь|метро|м|метр\S*|квадрат\S*)$/;
const CITY = /^(?:москва|москве|мск|химки|санкт|спб|петербург|подольск|мытищи|г)$/;
const ADJECTIVE = /^[а-я]{3,}(?:ая|ой|ую|ий|ый|ого|ом|ское|ском)$/;
const STREET_ORDINALS =
  /^(?:тверск|ямск|брестск|магистральн|парков|рощинск|мытищинск|владимирск|павелецк|останкинск|фрунзенск|кабельн|рыбинск|хорошевск|сыромятнич|звенигородск|боткинск|миусск|песчан|радиаторск|новокузнецк|дубровск|грайвороновск|машиностроени|институтск|стрелецк|новоостанкинск|черепковск|вольск|подрезковск|лыковск|басманн|тишинск|неглинн|монетчиковск|спасоналивковск|голутвинск|кадашевск|рабоч|мещанск|дербеневск|лесн|северн|южн|западн|восточн|советск|прядильн|верхн|нижн|измайловск|сокольническ|бауманск|вятск|квесисск|хуторск|бебеля|щемиловск)/;
const FIXED_STREETS =
  /^(?:арбат[еау]?|тверская|тверской|остоженк[аеу]|пятницк(?:ая|ой)|ордынк[аеу]|маросейк[аеу]|покровк[аеу]|лубянк[аеу]|петровк[аеу]|сретенк[аеу]|пречистенк[аеу]|мясницк(?:ая|ой)|якиманк[аеу]|солянк[аеу]|неглинн(?:ая|ой)|варварк[аеу]|ильинк[аеу]|никольск(?:ая|ой)|вавилова|обручева|правды|щипок|шаболовк[аеу])$/;
/** First words of Moscow street names of two words. */
const STREET_EPITHET = /^(?:больш|мал|средн|красн|стар|нов|верхн|нижн)(?:ая|ый|ий|ой|ую)$/;
const MAX_HOUSE = 400;

const isHouse = (marking: Marking, numeral: Numeral): boolean => {
  if (!isPlain(numeral) || numeral.value > MAX_HOUSE || numeral.value < 1) return false;
  const next = textAt(marking.tokens, numeral.to);
  if (UNIT_AFTER.test(next)) return false;
  return !(next === '-' && marking.tokens[numeral.to]?.gap);
};

/** «Большая Полянка, 7/10»: a house on a corner, not seven tenths. */
const isCornerHouse = ({ tokens }: Marking, numeral: Numeral): boolean => {
  const [house, slash, side] = tokens.slice(numeral.from, numeral.to);
  if (numeral.to - numeral.from !== 3 || house?.kind !== 'number' || side?.kind !== 'number') return false;
  return slash?.text === '/' && !slash.gap && !side.gap && house.value <= MAX_HOUSE && side.value <= MAX_HOUSE;
};

/** Extends an address over «к2», «корпус 2», «стр. 3», «/5», «офис 12»; returns the token after it. */
const addressEnd = (marking: Marking, from: number): number => {
  const { tokens, numerals } = marking;
  let to = from;
  for (let hops = 0; hops < 8; hops++) {
    let at = to;
    if (textAt(tokens, at) === ',' || textAt(tokens, at) === '.') at++;
    const token = tokens[at];
    if (token === undefined) return to;
    if (token.kind === 'word' && /^(?:к|с|стр|корп|вл|д)\d+[а-яa-z\d]*$/.test(token.text)) {
      to = at + 1;
      continue;
    }
    if (!token.gap && (token.text === '/' || token.text === '-')) {
      const part = numeralAt(numerals, at + 1, (n) => isHouse(marking, n));
      if (part === undefined) return to;
      to = part.to;
      continue;
    }
    if (token.kind === 'word' && !token.gap && token.text.length === 1 && to === at) {
      to = at + 1;
      continue;
    }
    if (!(HOUSE.test(token.text) || /^(?:к|с|офис|оф|кв|помещение|этаж|эт)$/.test(token.text))) return to;
    if (/^(?:этаж|эт)$/.test(token.text)) return to;
    let next = at + 1;
    while (/^[.№]$/.test(textAt(tokens, next))) next++;
    const part = numeralAt(numerals, next, (n) => isPlain(n) && !UNIT_AFTER.test(textAt(tokens, n.to)));
    if (part === undefined || (token.text === 'с' && /^(?:до|по|-)$/.test(textAt(tokens, part.to)))) return to;
    to = part.to;
  }
  return to;
};

/** Index of the numeral that is the house after a street name which starts at `at`. */
const houseAfterName = (marking: Marking, at: number, maxWords: number): Numeral | undefined => {
  const { tokens, numerals } = marking;
  let words = 0;
  for (let i = at; i < tokens.length && words <= maxWords; i++) {
    const token = tokens[i];
    if (token === undefined) return undefined;
    const numeral = numeralAt(numerals, i);
    if (numeral !== undefined)
      return isHouse(marking, numeral) || isCornerHouse(marking, numeral) ? numeral : undefined;
    if (token.kind === 'symbol') {
      if (/^[.,«»"№-]$/.test(token.text)) continue;
      return undefined;
    }
    if (NAME_STOP.test(token.text)) return undefined;
    words++;
  }
  return undefined;
};

const isCapital = (marking: Marking, original: string, token: Token | undefined): boolean => {
  if (token === undefined) return false;
  return original.charAt(token.start) !== marking.text.charAt(token.start);
};

const markHouses = (marking: Marking): void => {
  const { tokens, numerals, taken } = marking;
  for (const numeral of numerals) {
    if (taken.has(numeral) || !isPlain(numeral)) continue;
    let before = numeral.from - 1;
    while (/^[.№]$/.test(textAt(tokens, before))) before--;
    const label = textAt(tokens, before);
    if (!HOUSE.test(label) || UNIT_AFTER.test(textAt(tokens, numeral.to)) || numeral.value > 3000) continue;
    if (tokens[before]?.kind !== 'word') continue;
    // «Профсоюзная 65, корпус 1»: the house before the building, and the street before the house.
    const house = textAt(tokens, before - 1) === ',' ? numerals.find((n) => n.to === before - 1) : undefined;
    const isStreet = house !== undefined && isHouse(marking, house) && tokens[house.from - 1]?.kind === 'word';
    takeSpan(marking, 'address', isStreet ? house.from - 1 : before, addressEnd(marking, numeral.to));
  }
};

const markStreets = (marking: Marking, original: string): void => {
  const { tokens, numerals, taken } = marking;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind !== 'word') continue;
    const square =
      SQUARE.test(token.text) && (isCapital(marking, original, tokens[at + 1]) || monthOf(textAt(tokens, at + 2)) > 0);
    const isStreet = STREET.test(token.text);
    if (!isStreet && !square) continue;
    if (token.text === 'ш' && tokens[at - 1]?.kind === 'number') continue;
    // «3-я улица Строителей», «2-й Сыромятнический переулок».
    const ordinal = numerals.find(
      (n) =>
        n.ordinal &&
        (n.to === at || (n.to === at - 1 && tokens[at - 1]?.kind === 'word' && ADJECTIVE.test(textAt(tokens, at - 1)))),
    );
    const from = ordinal?.from ?? at;
    let to = ordinal === undefined ? at : at + 1;
    // A number inside the name: «ул. 8 Марта», «улица 1905 года», «26 Бакинских комиссаров», «800-летия Москвы».
    const nameAt = textAt(tokens, at + 1) === '.' ? at + 2 : at + 1;
    const inName = numeralAt(numerals, nameAt, (n) => isPlain(n));
    let search = nameAt;
    if (inName !== undefined) {
      const following = textAt(tokens, inName.to);
      const named =
        /^(?:года|летия|-|бакинских|лет|героев|гвардейцев)$/.test(following) ||
        monthOf(following) > 0 ||
        inName.ordinal;
      if (named) {
        to = inName.to + 1;
        if (following === '-') to = inName.to + 2;
        search = to;
      }
    }
    const house = houseAfterName(marking, search, 3);
    if (house !== undefined && !taken.has(house)) to = addressEnd(marking, house.to);
    else if (to === at) continue;
    const station = inName?.value === 1905 && house === undefined;
    takeSpan(marking, station ? 'station-name' : 'address', from, to);
  }
};

/** Streets without the word: «2-я Брестская», «Москва, Тверская 12», «Новый Арбат 15». */
const markBareStreets = (marking: Marking, original: string): void => {
  const { tokens, numerals, taken } = marking;
  for (const numeral of numerals) {
    if (taken.has(numeral)) continue;
    const next = tokens[numeral.to];
    if (numeral.ordinal && next?.kind === 'word') {
      const capital = isCapital(marking, original, next) && !/^(?:этаж|лот|офис|корпус|вариант)/.test(next.text);
      const fromDigits = tokens[numeral.from]?.kind === 'number';
      if (ADJECTIVE.test(next.text) && ((capital && fromDigits) || STREET_ORDINALS.test(next.text))) {
        const house = houseAfterName(marking, numeral.to + 1, 1);
        takeSpan(
          marking,
          'address',
          numeral.from,
          house === undefined ? numeral.to + 1 : addressEnd(marking, house.to),
        );
        continue;
      }
    }
    if (!numeral.ordinal && isHouse(marking, numeral) && tokens[numeral.from]?.kind === 'number') {
      let name = numeral.from - 1;
      if (textAt(tokens, name) === ',') name--;
      const word = tokens[name];
      if (word?.kind !== 'word') continue;
      let city = name - 1;
      if (textAt(tokens, city) === ',') city--;
      const afterCity = CITY.test(textAt(tokens, city)) && isCapital(marking, original, word);
      const known =
        FIXED_STREETS.test(word.text) &&
        numeral.value <= 150 &&
        !/^(?:метро|м|станци\S*)$/.test(textAt(tokens, name - 1));
      const range = /^(?:-|до|…|по)$/.test(textAt(tokens, numeral.to));
      // «на Рябиновой 55»: an adjective with a capital letter that names no station is a street.
      const street =
        city === name - 1 &&
        textAt(tokens, city) === 'на' &&
        /[а-я]{4}(?:ой|ом)$/.test(word.text) &&
        isCapital(marking, original, word) &&
        resolveStation(word.text) === undefined;
      // «Красная Пресня, 38»: a name of two words of which the first tells old, big or red streets apart.
      const paired =
        city === name - 1 &&
        textAt(tokens, numeral.from - 1) === ',' &&
        STREET_EPITHET.test(textAt(tokens, city)) &&
        isCapital(marking, original, word) &&
        /^[,.]?$/.test(textAt(tokens, numeral.to)) &&
        resolveStation(`${textAt(tokens, city)} ${word.text}`) === undefined;
      if ((afterCity || known || street || paired) && !range)
        takeSpan(marking, 'address', name, addressEnd(marking, numeral.to));
    }
  }
};

/** Marks stations and streets named by a year, and kilometres of a road as a place. */
const markNamedByNumber = (marking: Marking): void => {
  const { tokens, numerals, taken } = marking;
  for (const numeral of numerals) {
    if (taken.has(numeral)) continue;
    const next = textAt(tokens, numeral.to);
    if (numeral.value === 1905 && /^(?:года|год|г)$/.test(next))
      takeSpan(marking, 'station-name', numeral.from, numeral.to + 1);
    else if (/^(?:вокзал(?:а|ов|ам|ах)|ветр(?:а|ов)|богатыр\S*)$/.test(next) && numeral.spelled)
      takeSpan(marking, 'station-name', numeral.from, numeral.to + 1);
    else if (next === 'лет' && /^(?:октября|победы|влксм|ссср)$/.test(textAt(tokens, numeral.to + 1))) {
      takeSpan(marking, 'address', numeral.from, numeral.to + 2);
    } else if (next === '-' && /^лети[яеию]/.test(textAt(tokens, numeral.to + 1)))
      takeSpan(marking, 'address', numeral.from, numeral.to + 2);
    else if (
      /^(?:км|километр\S*)$/.test(next) &&
      /^(?:мкад\S*|[а-я]+ского|[а-я]+ское|шоссе)$/.test(textAt(tokens, numeral.to + 1)) &&
      isPlain(numeral)
    ) {
      takeSpan(marking, 'address', numeral.from, numeral.to + 2);
    }
  }
};

/** Marks addresses and station names; `original` is the text as given, for its capitals. */
export const markPlaces = (marking: Marking, original: string): void => {
  if (marking.numerals.length === 0) return;
  markStreets(marking, original);
  markNamedByNumber(marking);
  markBareStreets(marking, original);
  markHouses(marking);
};
