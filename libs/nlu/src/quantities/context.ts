import type { Numeral } from '../numbers/numeral.js';
import type { Token } from '../numbers/token.js';
import { type Measure, measureOf } from './measure.js';
import { readRate } from './rate.js';
import { readUnit } from './units.js';

const DISTANCE =
  // «пятьсот метров» ends in «от метро» letter for letter.
  /(?:пешком|(?<![а-я])(?:от|до) (?:метро(?![а-я])|м\.|станци)|ходьбы|потолк|высот|ширин|длин|фасад|витрин|расстояни|глубин|вход(?!и|я)|радиус|в шаговой)/;
const AREA = /(?:офис|площад|помещен|склад|метраж|снять|арендова|ритейл|магазин|ангар|псн|(?<![а-я])лот)/;
const MONEY =
  /(?:бюджет|цен[аыу]|стоимост|стоит|руб|₽|дороже|дешевле|оплат|плат[аиу]|денег|аренд[аы]? до|ставк|(?<![а-я])за м|вложи|инвест)/;

/** What the whole message is about, for readings that one number leaves open. Each question is answered once. */
export class TopicContext {
  #distance: boolean | undefined;
  #area: boolean | undefined;
  #money: boolean | undefined;

  #tellers: Set<Numeral> | undefined;
  #sums: Set<Numeral> | undefined;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly Token[],
    private readonly numerals: readonly Numeral[],
  ) {}

  /** What the words next to a figure say that its metres measure; `at` is its place among the numerals, `end` of its unit. */
  measure(at: number, last: number, start: number, end: number): Measure | undefined {
    const from = this.numerals[at - 1]?.end ?? 0;
    return measureOf(this.text, start, end, from, this.numerals[last + 1]?.start ?? this.text.length);
  }

  /** Whether another figure is the way to the metro, or a side of the premises: «100 метров, 5 минут от метро». */
  isWayToldBeside(numeral: Numeral): boolean {
    this.#tellers ??= new Set(this.numerals.filter((each, at) => this.tellsWay(each, at)));
    return this.#tellers.size > (this.#tellers.has(numeral) ? 1 : 0);
  }

  /** Whether another figure is a sum of money: «офис 80-100м не дороже 25000 за метр» has its price already. */
  isPriceToldBeside(numeral: Numeral): boolean {
    this.#sums ??= new Set(this.numerals.filter((each) => this.tellsPrice(each)));
    return this.#sums.size > (this.#sums.has(numeral) ? 1 : 0);
  }

  /** Whether «площадь» or «метраж» leads to the figure that starts there. */
  isNamedArea(start: number): boolean {
    return /(?:площад|метраж)[а-я]*[^,;.\d]{0,12}$/.test(this.text.slice(Math.max(0, start - 30), start));
  }

  /** Whether the figure that starts there is led to as a price: «за 15м», «цена 15м». */
  isPriced(start: number): boolean {
    return /(?:(?<![а-я])за|бюджет[а-я]*|цен[а-я]+|стоимость[а-я]*|до)[^,;.\d]{0,6}$/.test(
      this.text.slice(Math.max(0, start - 24), start),
    );
  }

  private tellsPrice({ to, money, multiplier }: Numeral): boolean {
    const unit = readUnit(this.tokens, to)?.unit;
    if (unit !== undefined) return /^(?:rub|usd|eur)/.test(unit);
    return money || multiplier >= 1000 || readRate(this.tokens, to).to > to;
  }

  private tellsWay(numeral: Numeral, at: number): boolean {
    const unit = readUnit(this.tokens, numeral.to);
    if (unit?.unit === 'min') return true;
    if (unit?.metres === undefined) return false;
    const end = this.tokens[unit.to - 1]?.end ?? numeral.end;
    const measure = this.measure(at, at, numeral.start, end);
    return measure === 'way' || measure === 'side';
  }

  /** Walking distances, ceilings, shop windows: «метров» are metres. */
  get distance(): boolean {
    this.#distance ??= DISTANCE.test(this.text);
    return this.#distance;
  }

  /** Premises and their size: «метров» are square metres. */
  get area(): boolean {
    this.#area ??= AREA.test(this.text);
    return this.#area;
  }

  /** Prices and budgets: «15м» may be millions. */
  get money(): boolean {
    this.#money ??= MONEY.test(this.text);
    return this.#money;
  }
}
