import { type Measure, measureOf } from '../quantities/measure.js';
import type {
  Ambiguity,
  Quantity,
  QuantityReading,
  SlotName,
  SlotSpan,
  Slots,
  UnderstandingContext,
} from '../types.js';
import type { Utterance } from '../utterance/utterance.js';
import {
  countsFloors,
  isBareThousands,
  isCountedBy,
  isDismissed,
  isNotOnFoot,
  isOtherMeasure,
  isShortened,
  isWayElsewhere,
  isWordedApproximate,
  periodOf,
} from './figure-surroundings.js';
import { type Topic, Topics, topicOfExpectation } from './topic.js';

/** Metres a client walks in a minute; 5 minutes on foot are 400 m. */
const WALK_METRES_PER_MINUTE = 80;
/** No square metre costs less in roubles, nor more in thousands of them. */
const DEAREST_IN_THOUSANDS = 5000;
/** Words of a financial model: its figures are prices of premises, not limits of a search. */
export const MODEL = /модел|доходност|окупаемост|рассчита|посчита|купил|(?<![а-я])мап(?![а-я])/;
const SEEKING =
  /(?<![а-я])(?:ищ|нуж|подбер|подбор|подыщ|сним|снять|купить|куплю|хочу|хотим|интересу|бюджет|не дороже|максимум)/;
/** A bare area is a wish, not a measurement: ±10 %. */
const BARE_AREA_TOLERANCE = 0.1;

/** What the figures of one message say. */
export interface Figures {
  slots: Slots;
  spans: SlotSpan[];
  ambiguities: Ambiguity[];
}

const MILLION = 1_000_000;
const ratio = (value: number, factor: number): number => Math.round(value * factor * 100) / 100;

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
  readonly out: Figures = { slots: {}, spans: [], ambiguities: [] };

  private readonly folded: string;
  private readonly topics: Topics;

  constructor(
    utterance: Utterance,
    private readonly context: UnderstandingContext,
    private readonly words: Slots,
    private readonly isLoneFigure: boolean,
  ) {
    this.folded = utterance.folded;
    this.topics = new Topics(utterance);
  }

  read(quantity: Quantity, from: number, to: number): void {
    const topic = this.topics.of(quantity, from, to);
    const expected = topicOfExpectation(this.context.expects);
    switch (quantity.unit) {
      case 'sqm':
        // «700 метров» after a question about the way to the metro are metres, unless squares were named.
        if (expected === 'walk' && topic !== 'area' && !/м2|м²|кв|гектар/.test(this.folded)) this.walk(quantity, 1);
        else if (!isCountedBy(this.folded, quantity)) this.area(quantity);
        return;
      case 'sotka':
        this.area(quantity, 100);
        return;
      case 'ha':
        this.area(quantity, 10_000);
        return;
      case 'rub':
        // «полторы тысячи» after the question about the area.
        if (expected === 'area' && topic === undefined && isBareThousands(this.folded, quantity)) this.area(quantity);
        else if (topic === 'monthlyRent' || (topic === undefined && expected === 'monthlyRent'))
          this.single('monthlyRent', quantity);
        else if (expected === 'walk' && mayBeMetres(quantity)) this.walk(wayReading(quantity), 1);
        else if (topic === 'pricePerM2' || expected === 'pricePerM2') this.perMetre(quantity);
        else if (isShortened(this.folded, quantity)) this.bareBudget(quantity);
        else if (!mayBeMetres(quantity) || topic === 'budget' || expected === 'budget')
          this.budget(quantity, periodOf(this.folded, from, quantity));
        else if (isFloorOfArea(quantity) || this.isRentedArea(quantity))
          this.area({ ...quantity, ...areaReading(quantity) });
        return;
      case 'rub_month':
        if (topic === 'monthlyRent' || expected === 'monthlyRent') this.single('monthlyRent', quantity);
        // «за метр не дороже 1000 рублей в месяц»
        else if (topic === 'pricePerM2') this.budget(quantity, { budgetPer: 'sqm', budgetPeriod: 'month' });
        else this.budget(quantity, { budgetPeriod: 'month' });
        return;
      case 'rub_sqm':
        this.perMetre(quantity);
        return;
      case 'rub_sqm_month':
        this.budget(quantity, { budgetPer: 'sqm', budgetPeriod: 'month' });
        return;
      case 'rub_sqm_year':
        this.budget(quantity, { budgetPer: 'sqm', budgetPeriod: 'year' });
        return;
      case 'min':
        if (topic === 'walk' || expected === 'walk' || /метро|станци|пеш/.test(this.folded))
          this.walk(quantity, WALK_METRES_PER_MINUTE);
        return;
      case 'km':
        this.walk(quantity, 1000);
        return;
      case 'm':
        this.metres(quantity, topic ?? expected, measureOf(this.folded, quantity.start, quantity.end, from, to));
        return;
      case 'floor':
        if ((quantity.max ?? quantity.min ?? 0) <= HIGHEST_FLOOR) this.floor(quantity);
        else this.budget(quantity, {});
        return;
      case 'pct':
        if (topic === 'vat' || expected === 'vat') this.single('vatPercent', quantity);
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
      this.area(quantity);
      return;
    }
    if (topic === 'walk') {
      this.walk(quantity, 1);
      return;
    }
    // «потолки 4 метра»: a wish no search has a field for; nor has it one for the way to a school.
    if (measure === 'side' || isWayElsewhere(this.folded, quantity)) return;
    const meansArea =
      measure !== 'way' &&
      (quantity.readings?.some((reading) => reading.unit === 'sqm') || this.words.kind !== undefined);
    if (meansArea && value >= 8) {
      this.area(quantity);
      return;
    }
    if (measure === 'way' || /метро|станци/.test(this.folded)) {
      this.walk(quantity, 1);
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
      this.area(quantity);
      return;
    }
    if (about === 'walk') {
      this.walk(quantity, 1);
      return;
    }
    if (about === 'floor') {
      this.floor(quantity);
      return;
    }
    if (about === 'vat') {
      this.single('vatPercent', quantity);
      return;
    }
    if (about === 'monthlyRent') {
      this.single('monthlyRent', quantity);
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
      this.area(quantity);
      this.ask('quantity', quantity, [`${value} м²`, `${value} млн ₽`]);
    }
  }

  /** «до 30» after «какой бюджет?»: millions for a purchase; for rent thousands or millions are asked. */
  private bareBudget(quantity: Quantity): void {
    const value = quantity.max ?? quantity.min ?? 0;
    if (value >= 10_000) {
      this.budget(quantity, {});
      return;
    }
    const deal = this.words.deal ?? this.context.deal;
    const factor = deal === 'rent' && value >= 50 ? 1000 : MILLION;
    const scaled: Quantity = { ...quantity };
    if (scaled.min !== undefined) scaled.min *= factor;
    if (scaled.max !== undefined) scaled.max *= factor;
    this.budget(scaled, {});
    const options = factor === MILLION ? [`${value} млн ₽`, `${value} тыс. ₽`] : [`${value} тыс. ₽`, `${value} млн ₽`];
    this.ask(scaled.max === undefined ? 'budgetMin' : 'budgetMax', quantity, options);
  }

  private area({ min, max, start, end, approximate }: Quantity, factor = 1): void {
    const { slots } = this.out;
    if (min === undefined && max === undefined) return;
    // «от 100 метров, но не больше 200»: the other limit of the same area.
    const completes =
      max !== undefined && min === undefined && slots.areaMax === undefined && (slots.areaMin ?? max) < max * factor;
    if (!completes) delete slots.areaMin;
    delete slots.areaMax;
    if (min !== undefined && min === max) {
      slots.areaMin = ratio(min * factor, 1 - BARE_AREA_TOLERANCE);
      slots.areaMax = ratio(min * factor, 1 + BARE_AREA_TOLERANCE);
    } else if (approximate && min !== undefined && max === undefined) {
      slots.areaMin = ratio(min * factor, 1);
    } else {
      if (min !== undefined) slots.areaMin = min * factor;
      if (max !== undefined) slots.areaMax = max * factor;
    }
    if (slots.areaMin !== undefined) this.out.spans.push({ slot: 'areaMin', start, end });
    if (slots.areaMax !== undefined) this.out.spans.push({ slot: 'areaMax', start, end });
  }

  private budget({ min, max, start, end, approximate }: Quantity, of: Pick<Slots, 'budgetPer' | 'budgetPeriod'>): void {
    const { slots } = this.out;
    delete slots.budgetMin;
    delete slots.budgetMax;
    // «тысяч двести» is how people name a sum; «около двухсот» leaves it open both ways.
    const isOpen = approximate && isWordedApproximate(this.folded.slice(start, end));
    if (min !== undefined && min === max) {
      slots.budgetMax = isOpen ? ratio(max, 1.1) : max;
      if (isOpen) slots.budgetMin = ratio(min, 0.9);
    } else {
      if (min !== undefined) slots.budgetMin = min;
      if (max !== undefined) slots.budgetMax = max;
    }
    Object.assign(slots, of);
    if (slots.budgetMin !== undefined) this.out.spans.push({ slot: 'budgetMin', start, end });
    if (slots.budgetMax !== undefined) this.out.spans.push({ slot: 'budgetMax', start, end });
  }

  /** A price per square metre is a budget in a search, the price itself in a model or a valuation. */
  private perMetre(quantity: Quantity): void {
    const isExact = quantity.min !== undefined && quantity.min === quantity.max;
    const isAsked = this.context.expects === 'pricePerM2' || MODEL.test(this.folded);
    // «200 м² по 350 тысяч за метр» names a thing and its price; whoever looks for one sets a budget.
    const isNamed =
      (/(?:^|\s)по\s+$/.test(this.folded.slice(0, quantity.start)) && this.out.slots.areaMin !== undefined) ||
      this.out.slots.monthlyRent !== undefined;
    if (isExact && (isAsked || (isNamed && !SEEKING.test(this.folded)))) this.price(quantity);
    else this.budget(quantity, { budgetPer: 'sqm' });
  }

  /** «350» after «какая цена за метр?» is said in thousands. */
  private price(quantity: Quantity): void {
    const value = quantity.max ?? quantity.min ?? 0;
    const inThousands = quantity.unit === 'none' && value > 0 && value < DEAREST_IN_THOUSANDS;
    this.single('pricePerM2', inThousands ? { ...quantity, min: value * 1000, max: value * 1000 } : quantity);
  }

  private walk(way: Quantity, factor: number): void {
    const { min, max, start, end } = way;
    const value = max ?? min;
    if (value === undefined || isNotOnFoot(this.folded, way)) return;
    this.out.slots.walkMeters = Math.round(value * factor);
    this.out.spans.push({ slot: 'walkMeters', start, end });
  }

  private floor(quantity: Quantity): void {
    if (!isDismissed(this.folded, quantity) && !countsFloors(this.folded, quantity)) this.single('floor', quantity);
  }

  private single(
    slot: 'floor' | 'vatPercent' | 'monthlyRent' | 'pricePerM2',
    { min, max, start, end }: Quantity,
  ): void {
    const value = max ?? min;
    if (value === undefined) return;
    this.out.slots[slot] = value;
    this.out.spans.push({ slot, start, end });
  }

  private ask(slot: SlotName | 'quantity', { start, end }: Quantity, options: string[]): void {
    this.out.ambiguities.push({ slot, start, end, options });
  }
}
