/** What metres measure, by the words next to them: the way somewhere, a side of the premises, their area. */
export type Measure = 'way' | 'side' | 'area';

const NAMED: readonly { measure: Measure; pattern: RegExp }[] = [
  {
    measure: 'way',
    pattern:
      /(?<![а-я])(?:до|от|из|к) (?:метро(?![а-я])|м\.|станци|остановк)|пешком|ходьб|расстояни|удален|радиус|шагов|(?<![а-я])(?:дальше|ближе|далее)/g,
  },
  {
    measure: 'side',
    pattern: /потол|высот|ширин|длин|глубин|фасад|витрин|колонн|стеллаж|двер|про[её]м|габарит|ворот(?![а-я]*ник)/g,
  },
  {
    measure: 'area',
    pattern:
      /площад|метраж|офис|помещен|склад|магазин|ангар|ритейл|кабинет|салон|зал(?![а-я]{3})|снять|сниму|арендова|(?<![а-я])(?:псн|лот)/g,
  },
];
const ON: readonly { measure: Measure; pattern: RegExp }[] = [
  {
    measure: 'way',
    pattern:
      /^\s+(?:пешком|ходьбы|пешей|(?:до|от) (?:метро(?![а-я])|м\.|станци|остановк|входа|[а-я]+(?:[сц]кой|овой)(?! площад)|[а-я]{3,}(?:ово|ево|ино|ыно)(?![а-я])|(?:сокола|динамо|аэропорта|вднх|университета)(?![а-я])))/,
  },
  {
    measure: 'side',
    pattern:
      /^\s+(?:в (?:высоту|ширину|длину|глубину)|по фасаду|потол|высот|ширин|длин|глубин|фасад|витрин|между колонн)/,
  },
  { measure: 'area', pattern: /^\s+(?:площад|офис|помещен|склад|магазин)/ },
];
/** How far the words may stand before a figure, and after it, in characters. */
const REACH_BACK = 45;
const REACH_ON = 30;

/**
 * What the figure at `start`…`end` measures, told by its own clause: nothing beyond the figures next to it (`from` is the end
 * of the one before, `to` the start of the one after). The word right after it wins over the nearest before it.
 */
export function measureOf(text: string, start: number, end: number, from: number, to: number): Measure | undefined {
  const window = text.slice(Math.max(from, start - REACH_BACK), start);
  const before = window.slice(Math.max(...[',', ';', '.', '!', '?', '\n'].map((mark) => window.lastIndexOf(mark))) + 1);
  const on = text.slice(end, Math.min(to, end + REACH_ON));
  for (const { measure, pattern } of ON) {
    const matched = pattern.exec(on);
    if (matched === null) continue;
    // «100 метров до метро 5 минут»: the words open the next figure's clause.
    const opensNext = end + on.length === to && to < text.length && !/[,.;!?]/.test(on.slice(matched[0].length));
    if (!opensNext) return measure;
  }
  // «дверь 3 на 3 метра»
  if (from > 0 && /^ ?(?:на|х|x|×) ?$/.test(window)) return 'side';
  let nearest: Measure | undefined;
  let at = -1;
  for (const { measure, pattern } of NAMED) {
    for (const { index } of before.matchAll(pattern)) {
      if (index > at) {
        at = index;
        nearest = measure;
      }
    }
  }
  return nearest;
}
