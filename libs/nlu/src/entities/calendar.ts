import type { Numeral } from '../numbers/numeral.js';
import { isPlain, type Marking, numeralAt, numeralBefore, takeSpan, textAt } from './mark.js';

const MONTHS = new Map<string, number>();
for (const [index, forms] of [
  'янв январь января январю январем январе',
  'фев февр февраль февраля февралю февралем феврале',
  'мар март марта марту мартом марте',
  'апр апрель апреля апрелю апрелем апреле',
  'май мая маю маем мае',
  'июн июнь июня июню июнем июне',
  'июл июль июля июлю июлем июле',
  'авг август августа августу августом августе',
  'сен сент сентябрь сентября сентябрю сентябрем сентябре',
  'окт октябрь октября октябрю октябрем октябре',
  'ноя нояб ноябрь ноября ноябрю ноябрем ноябре',
  'дек декабрь декабря декабрю декабрем декабре',
].entries()) {
  for (const form of forms.split(' ')) MONTHS.set(form, index + 1);
}

/** 1…12 for a month's name in any case, 0 for anything else. */
export const monthOf = (word: string): number => MONTHS.get(word) ?? 0;

const YEAR_WORD = /^(?:год|года|году|годом|годе|г|гг|годы|годов|годам|годах)$/;
const FIRST_YEAR = 1800;
const LAST_YEAR = 2100;
const isYearValue = (numeral: Numeral): boolean =>
  isPlain(numeral) && numeral.value >= FIRST_YEAR && numeral.value <= LAST_YEAR;

/** A numeral written as exactly four digits, or spelled, or an ordinal. */
const looksLikeYear = (numeral: Numeral): boolean =>
  isYearValue(numeral) || (numeral.spelled && numeral.value >= 1900 && numeral.value <= LAST_YEAR && numeral.ordinal);

const RANGE_JOINT = new Set(['-', 'по', 'до', 'и', '/', 'или', 'либо', ',']);

const pad = (value: number): string => String(value).padStart(2, '0');

/** The token after «2027 г.», «2027 года», or after the bare year. */
const afterYearWord = (marking: Marking, to: number): number => {
  if (!YEAR_WORD.test(textAt(marking.tokens, to))) return to;
  return to + 1;
};

/** Days before a month («5 марта», «с 1 по 15 марта»), a year after it. */
const markMonths = (marking: Marking): void => {
  const { tokens, numerals, taken } = marking;
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.kind !== 'word') continue;
    const month = monthOf(textAt(tokens, at));
    if (month === 0) continue;
    const day = numeralBefore(numerals, at, (n) => isPlain(n) && n.value >= 1 && n.value <= 31);
    let from = at;
    let value = pad(month);
    if (day !== undefined) {
      from = day.from;
      value += `-${pad(day.value)}`;
      let joint = from - 1;
      for (
        let hops = 0;
        hops < 4 && (RANGE_JOINT.has(textAt(tokens, joint)) || textAt(tokens, joint) === 'на');
        hops++
      ) {
        const earlier = numeralBefore(
          numerals,
          joint,
          (n) => isPlain(n) && n.value >= 1 && n.value <= 31 && !taken.has(n),
        );
        // «перенести с 14 на 16 декабря»; «14 на 16 декабря» may count things.
        if (earlier !== undefined && textAt(tokens, joint) === 'на' && !/^со?$/.test(textAt(tokens, earlier.from - 1)))
          break;
        if (earlier === undefined || /^(?:кв|м2)/.test(textAt(tokens, earlier.to))) break;
        from = earlier.from;
        joint = from - 1;
      }
    }
    let to = at + 1;
    if (textAt(tokens, to) === '.' && tokens[to]?.gap === false) to++;
    const year = numeralAt(numerals, to, (n) => looksLikeYear(n));
    if (year !== undefined) {
      to = afterYearWord(marking, year.to);
      value = `${year.value}-${value}`;
    } else if (day === undefined) continue;
    takeSpan(marking, 'date', from, to, value);
  }
};

/** «15 числа», «до двадцатого числа», «4 квартал 2026», «второе полугодие». */
const markDayNumbersAndQuarters = (marking: Marking): void => {
  const { tokens, numerals, taken } = marking;
  for (const numeral of numerals) {
    if (taken.has(numeral) || !isPlain(numeral)) continue;
    const next = textAt(tokens, numeral.to);
    const label = textAt(tokens, numeral.from - 1);
    if (/^(?:числа|числу)$/.test(label) && numeral.value >= 1 && numeral.value <= 31)
      takeSpan(marking, 'date', numeral.from - 1, numeral.to);
    else if (/^(?:числа|число|числу|числе|числах|чисел)$/.test(next) && numeral.value <= 31)
      takeSpan(marking, 'date', numeral.from, numeral.to + 1);
    else if (
      /^(?:квартал\S*|полугоди\S*)$/.test(next) &&
      numeral.value <= 4 &&
      !/^(?:кварталов|квартала)$/.test(next + (numeral.ordinal ? '!' : ''))
    ) {
      let to = numeral.to + 1;
      const year = numeralAt(numerals, to, (n) => looksLikeYear(n));
      if (year !== undefined) to = afterYearWord(marking, year.to);
      takeSpan(
        marking,
        'quarter',
        numeral.from,
        to,
        year === undefined ? `Q${numeral.value}` : `${year.value}-Q${numeral.value}`,
      );
    } else if (numeral.value <= 4 && (next === 'кв' || next === 'к') && !numeral.spelled) {
      const dot = textAt(tokens, numeral.to + 1) === '.' ? 1 : 0;
      const year = numeralAt(
        numerals,
        numeral.to + 1 + dot,
        (n) => isYearValue(n) && n.value >= 2015 && n.value <= 2045,
      );
      if (year !== undefined)
        takeSpan(marking, 'quarter', numeral.from, afterYearWord(marking, year.to), `${year.value}-Q${numeral.value}`);
    }
  }
};

const YEAR_BEFORE =
  /^(?:сдач\S*|ввод\S*|постро\S*|весн\S*|лет[оауе]м?|осен\S*|зим\S*|начал\S*|кон[еца]\S*|середин\S*|год|года|год[уе]|квартал\S*|с\/у|готов\S*|выпуск\S*|дом|здание|образца|прошл\S*|до|с|к|в|после|на|по|за|от)$/;
const NOT_YEAR_AFTER =
  /^(?:м|м2|m2|кв|квадрат\S*|метр\S*|руб\S*|₽|р|\$|€|доллар\S*|бакс\S*|тыс|%|процент\S*|человек|шт|мест|за|до|-|га|соток|штук|кв|лот\S*|евро|у|минут\S*|мин)$/;
const PLAIN_PREPOSITION = /^(?:до|с|к|в|после|на|по|за|от)$/;

const isModern = (value: number): boolean => value >= 2010 && value <= 2045;

/** «2027 год», «в 2027-м», «сдача 2026», «90-х», «двадцать седьмой год». */
const markYears = (marking: Marking): void => {
  const { tokens, numerals, taken } = marking;
  for (const [index, numeral] of numerals.entries()) {
    if (taken.has(numeral)) continue;
    const { value } = numeral;
    const next = textAt(tokens, numeral.to);
    const before = textAt(tokens, numeral.from - 1);
    const isYearNext = YEAR_WORD.test(next);
    if (isYearValue(numeral) || (numeral.ordinal && value >= 1900 && value <= LAST_YEAR)) {
      const digits = tokens[numeral.from]?.text ?? '';
      const plain = numeral.spelled || /^\d{4}$/.test(digits);
      if (!plain) continue;
      const joined = numerals[index + 1];
      const joint = textAt(tokens, numeral.to);
      const rangeOfYears =
        joined !== undefined &&
        joined.from === numeral.to + 1 &&
        (joint === '-' || joint === '/' || joint === 'или' || joint === 'и') &&
        ((isYearValue(joined) && joined.value > value && joined.value - value < 60) ||
          (joint !== 'или' && joint !== 'и' && joined.value === (value + 1) % 100));
      if (
        rangeOfYears &&
        !NOT_YEAR_AFTER.test(textAt(tokens, joined.to)) &&
        (isModern(value) || YEAR_WORD.test(textAt(tokens, joined.to)))
      ) {
        takeSpan(marking, 'year', numeral.from, afterYearWord(marking, joined.to), String(value));
        continue;
      }
      const since =
        before === 'с' &&
        /^(?:работа|существу|торгу|основан|открыт|занима|сид(?:им|ели|ит)|арендуем|снимаем|действу)/.test(
          textAt(tokens, numeral.from - 2),
        ) &&
        NOT_YEAR_AFTER.test(next) === false;
      const built = before === 'в' && /^(?:постро|сдан|введ|возвед|основан)/.test(textAt(tokens, numeral.from - 2));
      const certain =
        isYearNext || built || since || (numeral.ordinal && value > 1900 && PLAIN_PREPOSITION.test(before));
      const likely =
        isModern(value) &&
        YEAR_BEFORE.test(before) &&
        !NOT_YEAR_AFTER.test(next) &&
        !(numeral.spelled && !numeral.ordinal) &&
        !/^(?:от|на|за)$/.test(before) &&
        !(before === 'до' && value % 100 === 0);
      if (certain || likely) takeSpan(marking, 'year', numeral.from, afterYearWord(marking, numeral.to), String(value));
      continue;
    }
    if (!isPlain(numeral)) continue;
    const decade = value >= 20 && value < 100 && value % 10 === 0;
    const decadeWord = numeral.ordinal && numeral.spelled && /(?:ые|ых|ым|ыми)$/.test(textAt(tokens, numeral.to - 1));
    const decadeDigits =
      /^(?:х|е|ые|ых|ми|м)$/.test(textAt(tokens, numeral.to - 1)) && textAt(tokens, numeral.to - 2) === '-';
    if (decade && (decadeWord || (decadeDigits && !/^(?:комнат|тыс|миллион|метр|м2|квадрат|этаж|кв)/.test(next)))) {
      takeSpan(marking, 'year', numeral.from, isYearNext ? numeral.to + 1 : numeral.to);
    } else if (isYearNext && next === 'году' && value >= 10 && value < 100) {
      takeSpan(marking, 'year', numeral.from, numeral.to + 1, String(2000 + value));
    } else if (isYearNext && numeral.ordinal && value >= 20 && value < 100) {
      takeSpan(marking, 'year', numeral.from, numeral.to + 1, String(2000 + value));
    }
  }
};

/** Marks calendar dates, quarters and years. */
export const markCalendar = (marking: Marking): void => {
  markMonths(marking);
  markDayNumbersAndQuarters(marking);
  markYears(marking);
};
