import { type Measure, measureOf } from '../quantities/measure.js';
import type { Quantity, QuantityReading, Slots, UnderstandingContext } from '../types.js';
import type { Utterance } from '../utterance/utterance.js';
import { FigureSlots, type Figures } from './figure-slots.js';
import {
  isBareThousands,
  isCountedBy,
  isOtherMeasure,
  isPresent,
  isShortened,
  isWayElsewhere,
  periodOf,
} from './figure-surroundings.js';
import { type Topic, Topics, topicOfExpectation } from './topic.js';

/** Metres a client walks in a minute; 5 minutes on foot are 400 m. */
const WALK_METRES_PER_MINUTE = 80;
/** Words of a financial model: its figures are prices of premises, not limits of a search. */
export const MODEL = /модел|доходност|окупаемост|рассчита|посчита|купил|(?<![а-я])мап(?![а-я])/;
const SEEKING =
  /(?<![а-я])(?:ищ|нуж|подбер|подбор|подыщ|сним|снять|купить|куплю|хочу|хотим|интересу|бюджет|не дороже|максимум)/;
const MILLION = 1_000_000;

/** «15м»: millions, metres or square metres; only asked about, never put into a slot of its own accord. */
const mayBeMetres = ({ readings }: Quantity): boolean =>
  readings?.some(({ unit }) => unit === 'm' || unit === 'sqm') ?? false;

/** «500 м» after a question about the way. */
const wayReading = (quantity: Quantity): Quantity => ({
  ...quantity,
  ...quantity.readings?.find(({ unit }) => unit === 'm'),
});

const areaReading = ({ readings }: Quantity): QuantityReading | undefined =>
  readings?.find(({ unit }) => unit === 'sqm');

/** «не меньше 80 м»: nobody sets a least price, so metres from a lower limit are an area. */
const isFloorOfArea = (quantity: Quantity): boolean =>
  quantity.max === undefined && quantity.min !== undefined && (areaReading(quantity)?.min ?? 0) >= LEAST_AREA;
const LEAST_AREA = 10;
/** A bare number above this is hardly an area. */
const MOST_AREA = 5000;

/** No building is taller; a larger «floor» is a price that stands after one. */
const HIGHEST_FLOOR = 200;

/** Puts the figures of one message into slots, one after another. */
export class FigureReader {
  private readonly put: FigureSlots;
  private readonly folded: string;
  private readonly topics: Topics;

  constructor(
    utterance: Utterance,
    private readonly context: UnderstandingContext,
    private readonly words: Slots,
    private readonly isLoneFigure: boolean,
  ) {
    this.folded = utterance.folded;
    this.put = new FigureSlots(this.folded);
    this.topics = new Topics(utterance);
  }

  get out(): Figures {
    return this.put.out;
  }

  /** Reads the figure; `from` is the end of the one before it, `to` the start of the one after. */
  read(quantity: Quantity, from: number, to: number): void {
    const topic = this.topics.of(quantity, from, to);
    const expected = topicOfExpectation(this.context.expects);
    switch (quantity.unit) {
      case 'sqm':
        // «700 метров» after a question about the way to the metro are metres, unless squares were named.
        if (expected === 'walk' && topic !== 'area' && !/м2|м²|кв|гектар/.test(this.folded)) this.put.walk(quantity, 1);
        else if (!isCountedBy(this.folded, quantity) && !isPresent(this.folded, quantity)) this.put.area(quantity);
        return;
      case 'sotka':
        this.put.area(quantity, 100);
        return;
      case 'ha':
        this.put.area(quantity, 10_000);
        return;
      case 'rub':
        // «полторы тысячи» after the question about the area.
        if (expected === 'area' && topic === undefined && isBareThousands(this.folded, quantity))
          this.put.area(quantity);
        else if (topic === 'monthlyRent' || (topic === undefined && expected === 'monthlyRent'))
          this.put.single('monthlyRent', quantity);
        else if (expected === 'walk' && mayBeMetres(quantity)) this.put.walk(wayReading(quantity), 1);
        else if (topic === 'pricePerM2' || expected === 'pricePerM2') this.perMetre(quantity);
        else if (isShortened(this.folded, quantity)) this.bareBudget(quantity);
        else if (!mayBeMetres(quantity) || topic === 'budget' || expected === 'budget')
          this.put.budget(quantity, periodOf(this.folded, from, quantity));
        else if (isFloorOfArea(quantity) || this.isRentedArea(quantity))
          this.put.area({ ...quantity, ...areaReading(quantity) });
        return;
      case 'rub_month':
        if (topic === 'monthlyRent' || expected === 'monthlyRent') this.put.single('monthlyRent', quantity);
        // «за метр не дороже 1000 рублей в месяц»
        else if (topic === 'pricePerM2') this.put.budget(quantity, { budgetPer: 'sqm', budgetPeriod: 'month' });
        else this.put.budget(quantity, { budgetPeriod: 'month' });
        return;
      case 'rub_sqm':
        this.perMetre(quantity);
        return;
      case 'rub_sqm_month':
        this.put.budget(quantity, { budgetPer: 'sqm', budgetPeriod: 'month' });
        return;
      case 'rub_sqm_year':
        this.put.budget(quantity, { budgetPer: 'sqm', budgetPeriod: 'year' });
        return;
      case 'min':
        if (topic === 'walk' || expected === 'walk' || /метро|станци|пеш/.test(this.folded))
          this.put.walk(quantity, WALK_METRES_PER_MINUTE);
        return;
      case 'km':
        this.put.walk(quantity, 1000);
        return;
      case 'm':
        this.metres(quantity, topic ?? expected, measureOf(this.folded, quantity.start, quantity.end, from, to));
        return;
      case 'floor':
        if ((quantity.max ?? quantity.min ?? 0) <= HIGHEST_FLOOR) this.put.floor(quantity);
        else this.put.budget(quantity, {});
        return;
      case 'pct':
        if (topic === 'vat' || expected === 'vat') this.put.single('vatPercent', quantity);
        return;
      case 'none':
        this.bare(quantity, topic, expected);
        return;
      default:
        return;
    }
  }

  /** «склад в аренду 400м»: nobody rents premises for four hundred million. */
  private isRentedArea(quantity: Quantity): boolean {
    const { kind, deal = this.context.deal } = this.words;
    return kind !== undefined && deal === 'rent' && (areaReading(quantity)?.min ?? 0) >= LEAST_AREA;
  }

  /** «офис 150 за 400»: beside the kind of premises a bare number is their area, unless one was told or it counts something else. */
  private mayBeArea(quantity: Quantity, value: number): boolean {
    const { slots } = this.out;
    return (
      this.words.kind !== undefined &&
      !this.isLoneFigure &&
      value >= LEAST_AREA &&
      value <= MOST_AREA &&
      slots.areaMin === undefined &&
      slots.areaMax === undefined &&
      !isOtherMeasure(this.folded, quantity)
    );
  }

  private metres(quantity: Quantity, topic: Topic, measure: Measure | undefined): void {
    const value = quantity.max ?? quantity.min ?? 0;
    if (topic === 'area') {
      this.put.area(quantity);
      return;
    }
    if (topic === 'walk') {
      this.put.walk(quantity, 1);
      return;
    }
    // «потолки 4 метра»: a wish no search has a field for; nor has it one for the way to a school.
    if (measure === 'side' || isWayElsewhere(this.folded, quantity)) return;
    const meansArea =
      measure !== 'way' &&
      (quantity.readings?.some((reading) => reading.unit === 'sqm') || this.words.kind !== undefined);
    if (meansArea && value >= 8) {
      this.put.area(quantity);
      return;
    }
    if (measure === 'way' || /метро|станци/.test(this.folded)) {
      this.put.walk(quantity, 1);
      return;
    }
  }

  private bare(quantity: Quantity, topic: Topic, expected: Topic): void {
    const isPrice =
      /(?:^|\s)за $/.test(this.folded.slice(0, quantity.start)) &&
      this.words.kind !== undefined &&
      !isOtherMeasure(this.folded, quantity);
    const about = topic ?? (isPrice ? 'budget' : expected);
    const value = quantity.max ?? quantity.min ?? 0;
    if (about === 'area') {
      this.put.area(quantity);
      return;
    }
    if (about === 'walk') {
      this.put.walk(quantity, 1);
      return;
    }
    if (about === 'floor') {
      this.put.floor(quantity);
      return;
    }
    if (about === 'vat') {
      this.put.single('vatPercent', quantity);
      return;
    }
    if (about === 'monthlyRent') {
      this.put.single('monthlyRent', quantity);
      return;
    }
    if (about === 'pricePerM2') {
      this.perMetre(quantity);
      return;
    }
    if (about === 'budget') {
      this.bareBudget(quantity);
      return;
    }
    if (this.mayBeArea(quantity, value)) {
      this.put.area(quantity);
      this.put.ask('quantity', quantity, [`${value} м²`, `${value} млн ₽`]);
    }
  }

  /** «до 30» after «какой бюджет?»: millions for a purchase; for rent thousands or millions are asked. */
  private bareBudget(quantity: Quantity): void {
    const value = quantity.max ?? quantity.min ?? 0;
    if (value >= 10_000) {
      this.put.budget(quantity, {});
      return;
    }
    const deal = this.words.deal ?? this.context.deal;
    const factor = deal === 'rent' && value >= 50 ? 1000 : MILLION;
    const scaled: Quantity = { ...quantity };
    if (scaled.min !== undefined) scaled.min *= factor;
    if (scaled.max !== undefined) scaled.max *= factor;
    this.put.budget(scaled, {});
    const options = factor === MILLION ? [`${value} млн ₽`, `${value} тыс. ₽`] : [`${value} тыс. ₽`, `${value} млн ₽`];
    this.put.ask(scaled.max === undefined ? 'budgetMin' : 'budgetMax', quantity, options);
  }

  /** A price per square metre is a budget in a search, the price itself in a model or a valuation. */
  private perMetre(quantity: Quantity): void {
    const isExact = quantity.min !== undefined && quantity.min === quantity.max;
    const isAsked = this.context.expects === 'pricePerM2' || MODEL.test(this.folded);
    // «200 м² по 350 тысяч за метр» names a thing and its price; whoever looks for one sets a budget.
    const isNamed =
      (/(?:^|\s)по\s+$/.test(this.folded.slice(0, quantity.start)) && this.out.slots.areaMin !== undefined) ||
      this.out.slots.monthlyRent !== undefined;
    if (isExact && (isAsked || (isNamed && !SEEKING.test(this.folded)))) this.put.price(quantity);
    else this.put.budget(quantity, { budgetPer: 'sqm' });
  }
}
