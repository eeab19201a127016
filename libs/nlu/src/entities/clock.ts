import type { Numeral } from '../numbers/numeral.js';
import { isPlain, type Marking, numeralAt, numeralBefore, takeSpan, textAt } from './mark.js';

const HOUR_WORD = /^(?:час|часа|часов|часам|часу|ч)$/;
const DAY_PART = /^(?:утра|дня|вечера|ночи)$/;
const TIME_PREPOSITION = /^(?:в|к|до|после|с|по|около|часов|часа|часам|раньше|позже|позднее)$/;
/** Words that show the client speaks about when to call or meet. */
const APPOINTMENT =
  /(?:звон|набер|связ|встре|показ|просмотр|удобн|завтра|сегодня|послезавтра|понедельник|вторник|сред[уы](?![а-я])|четверг|пятниц|суббот|воскресен|работа(?:ет|ем|ю)|(?<![а-я])буд(?:у|ем) (?:в|на|дома|свобод)|свобод(?:ен|на|ны)(?![а-я])|открыт|на месте|ежедневно|будн|выходн|утром|вечером|днем|подъед|приед|жду|график|обед)/;
/** Sizes and prices in the message: «с 10 до 18» may be a range. */
const PREMISES = /этаж|площад|бюджет/;
/** Being somewhere for some hours outweighs them: «буду в офисе с 10 до 19, площадь нужна 55». */
const PRESENCE =
  /(?<![а-я])(?:буд(?:у|ем) (?:в|на|дома|свобод)|работа(?:ю|ем|ете|ет)(?![а-я])|звон|набер|на месте|график)/;
const NOT_TIME_AFTER =
  /^(?:м|м2|m2|кв|квадрат\S*|метр\S*|руб\S*|₽|р|\$|€|тыс|%|процент\S*|человек|шт|мест|этаж\S*|эт|лет|год\S*|км|га|сот\S*|минут\S*|мин|раз|комнат\S*|кабинет\S*|лот\S*|офис\S*|вариант\S*|млн|дн\S*|недел\S*|месяц\S*|мес|-)$/;

const isHour = (numeral: Numeral): boolean => isPlain(numeral) && numeral.value <= 24;
const clock = (value: number): string => `${String(value).padStart(2, '0')}:00`;

/** «половина третьего», «полвторого», «без четверти пять», «без десяти шесть». */
const markHalfPast = (marking: Marking): void => {
  const { tokens, numerals, taken } = marking;
  for (let at = 0; at < tokens.length; at++) {
    const word = textAt(tokens, at);
    if (word === 'без') {
      const minutes = numeralAt(numerals, at + 1);
      const quarter = /^четверти$/.test(textAt(tokens, at + 1));
      const to = quarter ? at + 2 : (minutes?.to ?? -1);
      const skip = /^минут/.test(textAt(tokens, to)) ? to + 1 : to;
      const hour = numeralAt(numerals, skip, (n) => isHour(n) && n.value <= 12 && n !== minutes);
      if (
        to > 0 &&
        hour !== undefined &&
        (quarter || (minutes !== undefined && isPlain(minutes) && minutes.value <= 30))
      )
        takeSpan(marking, 'time', at, hour.to);
      continue;
    }
    if (
      /^пол(?:первого|второго|третьего|четвертого|пятого|шестого|седьмого|восьмого|девятого|десятого|одиннадцатого|двенадцатого)$/.test(
        word,
      )
    ) {
      takeSpan(marking, 'time', at, at + 1);
      continue;
    }
    if (!/^(?:пол|половина|половину|половине|четверть)$/.test(word)) continue;
    const hour = numeralAt(numerals, at + 1, (n) => n.ordinal && isHour(n) && n.value <= 12 && n.value > 0);
    if (hour !== undefined && !taken.has(hour) && !/^(?:этаж|квартал|год|половин)/.test(textAt(tokens, hour.to)))
      takeSpan(marking, 'time', at, hour.to);
    else if (/^(?:дня|года|месяца|недели|лета)$/.test(textAt(tokens, at + 1))) {
      const ordinal = numeralBefore(numerals, at, (n) => n.ordinal);
      takeSpan(marking, 'date', ordinal?.from ?? at, at + 2);
    }
  }
};

/** «в 3 часа», «10 утра», «часов в пять», «с 10 до 18», «после 18». */
export const markClock = (marking: Marking): void => {
  markHalfPast(marking);
  const { tokens, numerals, taken, text } = marking;
  let appointment: boolean | undefined;
  let aboutPremises: boolean | undefined;
  const premises = (): boolean => {
    aboutPremises ??= PREMISES.test(text) && !PRESENCE.test(text);
    return aboutPremises;
  };
  for (const [index, numeral] of numerals.entries()) {
    if (taken.has(numeral) || !isHour(numeral)) continue;
    const before = textAt(tokens, numeral.from - 1);
    const next = textAt(tokens, numeral.to);
    const after = textAt(tokens, numeral.to + 1);
    if (DAY_PART.test(next) && !numeral.ordinal)
      takeSpan(marking, 'time', numeral.from, numeral.to + 1, clock(numeral.value));
    else if (
      HOUR_WORD.test(next) &&
      (DAY_PART.test(after) || (TIME_PREPOSITION.test(before) && !(before === 'до' && numeral.value < 5)))
    ) {
      takeSpan(
        marking,
        'time',
        numeral.from,
        DAY_PART.test(after) ? numeral.to + 2 : numeral.to + 1,
        clock(numeral.value),
      );
    } else if (
      /^(?:в|к|до|после|на)$/.test(before) &&
      /^(?:часов|часа|часам|часу)$/.test(textAt(tokens, numeral.from - 2))
    ) {
      takeSpan(marking, 'time', numeral.from, numeral.to, clock(numeral.value));
    } else if (!numeral.ordinal && before === 'с') {
      const until = numerals[index + 1];
      const joint = textAt(tokens, numeral.to);
      if (
        until === undefined ||
        until.from !== numeral.to + 1 ||
        !(joint === 'до' || joint === '-') ||
        !isHour(until) ||
        until.ordinal
      )
        continue;
      const unit = textAt(tokens, until.to);
      appointment ??= APPOINTMENT.test(text);
      const working = numeral.value >= 6 && numeral.value <= 13 && until.value >= 13 && until.value > numeral.value;
      const overnight = joint === 'до' && until.value <= numeral.value;
      if ((working || appointment || overnight) && !NOT_TIME_AFTER.test(unit) && !premises()) {
        takeSpan(
          marking,
          'time',
          numeral.from,
          HOUR_WORD.test(unit) || DAY_PART.test(unit) ? until.to + 1 : until.to,
          clock(numeral.value),
        );
      } else if (HOUR_WORD.test(unit)) takeSpan(marking, 'time', numeral.from, until.to + 1, clock(numeral.value));
    } else if (
      !numeral.ordinal &&
      /^(?:в|к|после|до|раньше|позже|около|на)$/.test(before) &&
      !NOT_TIME_AFTER.test(next) &&
      numeral.value >= 1
    ) {
      appointment ??= APPOINTMENT.test(text);
      const bare = before === 'после' && numeral.value >= 9 && !numeral.spelled && (next === '' || !/[а-я]/.test(next));
      const evening = numeral.value >= 7 || before === 'в' || before === 'к';
      if ((appointment && evening && !premises()) || bare)
        takeSpan(marking, 'time', numeral.from, numeral.to, clock(numeral.value));
    }
  }
};
