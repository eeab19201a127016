import type { Quantity, Slots } from '../types.js';

/** «12 млн — это не в месяц, а в год». */
const YEARLY_AFTER = /^[ ,—-]*(?:это |же |не в месяц,? а )+(?:в|за) год/;
const MONTHLY_AFTER = /^[ ,—-]*(?:это |же |не в год,? а )+(?:в|за) месяц/;
/** The unit of a sum for the whole lot a year is plain roubles; the words of it say which. */
const YEARLY = /(?:в|за|\/)\s?год|ежегодно/;
/** «ежемесячно платить готовы до 270 000», with nothing but the readiness between. */
const MONTHLY_BEFORE =
  /(?:^|[^а-я])(?:ежемесячно|помесячно|каждый месяц|в месяц)[ —-]+(?:(?:готов[аы]?|можем|могу|мы|я|платить|платим|плачу|отдавать|до|не|более|больше|дороже|около|от|максимум|за|аренду) )*$/;

/** «не в месяц, а в год 6 миллионов». */
const YEARLY_BEFORE = /(?:^|[^а-я])в год (?:до |не больше |не более |максимум )?$/;
/** «снимаем сейчас 80 метров»: what the client has, not what is looked for. */
const PRESENT = /(?:снима[а-я]+ сейчас|сейчас (?:мы |я )?(?:снима|сид|занима|арендуем)|занимаем)[^,;.]*$/;

/** «15 минут на машине», «5 км от МКАД»: no way that anybody walks. */
const NOT_ON_FOOT =
  /^ ?(?:на (?:машин|авто|такси|транспорт|маршрутк|трамва|электричк)|езды|ехать|транспорт|за мкад|от (?:мкад|ттк|садового))/;

/** «на любом этаже, кроме первого». */
const DISMISSED = /(?:кроме|исключая|только не|но не|(?<![а-я])там) (?:на )?$/;
/** «первый этаж не обязателен», «второй этаж отменяется». */
const DISMISSED_AFTER =
  /^ (?:(?:не (?:обязател|важ|нуж|надо|подход|предлаг|интерес|рассматр))|отмен|отпада|исключ|убер)/;
/** «паркинг 1 место на 60 м²»: what the figure is counted by. */
const COUNTED_BY = /(?:парк|мест[оа]|машин)[^,;.]{0,20} на $/;
/** What a bare number counts that is no area. */
const OTHER_MEASURE =
  /^ ?-?(?:тонн|т(?![а-я])|квт|киловатт|ампер|месяц|мес(?![а-я])|недел|дн|час|машин|мест|посадочн|м\/м|раз(?![мн])|столов|стола|сотрудник|человек|чел|окон|окна|вход|комнат|лет|год|градус|процент|парков|шт|блок|кабинет|санузл|ворот|док(?![а-я])|кондиционер|грузов|лифт|сот|литр|га(?![а-я]))/;

/** A sum in digits below this many roubles, without the word, is one of thousands or millions. */
const LEAST_BUDGET = 1000;
const ROUBLES = /руб|₽|(?<![а-я])р(?![а-я])/;

/** How far the words around a figure are looked at, in characters. */
const REACH = 40;
const before = (folded: string, { start }: Quantity): string => folded.slice(Math.max(0, start - REACH), start);
const after = (folded: string, { end }: Quantity): string => folded.slice(end, end + REACH);

/** The period that the words in and around a sum give it; `from` is the end of the figure before. */
export function periodOf(folded: string, from: number, sum: Quantity): Pick<Slots, 'budgetPeriod'> {
  const next = after(folded, sum);
  if (
    YEARLY.test(folded.slice(sum.start, sum.end)) ||
    YEARLY_AFTER.test(next) ||
    YEARLY_BEFORE.test(before(folded, sum))
  )
    return { budgetPeriod: 'year' };
  const isMonthly = MONTHLY_BEFORE.test(folded.slice(from, sum.start)) || MONTHLY_AFTER.test(next);
  return isMonthly ? { budgetPeriod: 'month' } : {};
}

/** Whether a way is told that nobody walks: «15 минут на машине». */
export const isNotOnFoot = (folded: string, way: Quantity): boolean => NOT_ON_FOOT.test(after(folded, way));

/** Whether the figure is taken back: «кроме первого». */
export const isDismissed = (folded: string, figure: Quantity): boolean =>
  DISMISSED.test(before(folded, figure)) || DISMISSED_AFTER.test(after(folded, figure));

/** Whether these are the squares that the client has now. */
export const isPresent = (folded: string, squares: Quantity): boolean => PRESENT.test(before(folded, squares));

/** Whether squares only say what something else is counted by: «1 место на 60 м²». */
export const isCountedBy = (folded: string, squares: Quantity): boolean => COUNTED_BY.test(before(folded, squares));

/** Whether the word after a bare number says that it counts something else than squares: «100 квт», «11 месяцев». */
export const isOtherMeasure = (folded: string, figure: Quantity): boolean => OTHER_MEASURE.test(after(folded, figure));

/** «нужно 2 этажа, всего 1800 м²»: how many floors, not which. */
export const countsFloors = (folded: string, figure: Quantity): boolean =>
  /^[^дос].*этаж(?:а|ей)$/.test(folded.slice(figure.start, figure.end)) &&
  !/(?:до|от|с|со|выше|ниже|не) $/.test(before(folded, figure));

/** «от школы дальше 100 метров»: the way somewhere else than to the metro. */
export const isWayElsewhere = (folded: string, way: Quantity): boolean =>
  /(?<![а-я])от (?!метро|станц|м\.)[а-я]+ (?:не )?(?:дальше|ближе|далее)/.test(
    before(folded, way) + folded.slice(way.start, way.end),
  );

/** Whether words, and not the order of words alone, say that a sum is approximate. */
export const isWordedApproximate = (sum: string): boolean =>
  /около|пример|порядка|где|плюс|±|~|≈|район|прибли|ориентир/.test(sum);

/** «полторы тысячи»: thousands of anything, no roubles named. */
export const isBareThousands = (folded: string, { min, max, start, end }: Quantity): boolean =>
  (max ?? min ?? 0) < 100_000 &&
  !ROUBLES.test(folded.slice(start, end)) &&
  !/[$€]|долл|евро/.test(folded.slice(start, end));

/** «бюджет 10-12», «бюджет 200»: thousands or millions that the client leaves out. */
export const isShortened = (folded: string, { min, max, start, end }: Quantity): boolean =>
  (max ?? min ?? LEAST_BUDGET) < LEAST_BUDGET && !ROUBLES.test(folded.slice(start, end));
