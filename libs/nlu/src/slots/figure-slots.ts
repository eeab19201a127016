import type { Ambiguity, Quantity, SlotName, SlotSpan, Slots } from '../types.js';
import { countsFloors, isDismissed, isNotOnFoot, isWordedApproximate } from './figure-surroundings.js';

/** No square metre costs less in roubles, nor more in thousands of them. */
const DEAREST_IN_THOUSANDS = 5000;
/** A bare area is a wish, not a measurement: ±10 %. */
const BARE_AREA_TOLERANCE = 0.1;

/** What the figures of one message say. */
export interface Figures {
  slots: Slots;
  spans: SlotSpan[];
  ambiguities: Ambiguity[];
}

const ratio = (value: number, factor: number): number => Math.round(value * factor * 100) / 100;

/** The slots that the figures of one message fill; a later figure takes the place of an earlier one. */
export class FigureSlots {
  readonly out: Figures = { slots: {}, spans: [], ambiguities: [] };

  constructor(private readonly folded: string) {}

  /** Squares, `factor` of them in a unit; a bare figure is a wish of ±10 %. */
  area({ min, max, start, end, approximate }: Quantity, factor = 1): void {
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

  /** A sum in roubles; what it is for and by when is `of`. */
  budget({ min, max, start, end, approximate }: Quantity, of: Pick<Slots, 'budgetPer' | 'budgetPeriod'>): void {
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

  /** «350» after «какая цена за метр?» is said in thousands. */
  price(quantity: Quantity): void {
    const value = quantity.max ?? quantity.min ?? 0;
    const inThousands = quantity.unit === 'none' && value > 0 && value < DEAREST_IN_THOUSANDS;
    this.single('pricePerM2', inThousands ? { ...quantity, min: value * 1000, max: value * 1000 } : quantity);
  }

  /** A way on foot in metres, `factor` of them in a unit. */
  walk(way: Quantity, factor: number): void {
    const { min, max, start, end } = way;
    const value = max ?? min;
    if (value === undefined || isNotOnFoot(this.folded, way)) return;
    this.out.slots.walkMeters = Math.round(value * factor);
    this.out.spans.push({ slot: 'walkMeters', start, end });
  }

  /** Which floor; not how many, and not one that is taken back. */
  floor(quantity: Quantity): void {
    if (!isDismissed(this.folded, quantity) && !countsFloors(this.folded, quantity)) this.single('floor', quantity);
  }

  /** A slot of one figure; the upper limit where there are two. */
  single(slot: 'floor' | 'vatPercent' | 'monthlyRent' | 'pricePerM2', { min, max, start, end }: Quantity): void {
    const value = max ?? min;
    if (value === undefined) return;
    this.out.slots[slot] = value;
    this.out.spans.push({ slot, start, end });
  }

  /** Something that is to be asked, with options the likeliest first. */
  ask(slot: SlotName | 'quantity', { start, end }: Quantity, options: string[]): void {
    this.out.ambiguities.push({ slot, start, end, options });
  }
}
