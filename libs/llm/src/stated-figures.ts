import type { Quantity, Understanding, Unit } from '#libs/nlu';

/** A bare area is a wish: the rules make it ±10 %, and so does a model's single figure. */
const TOLERANCE = 0.1;
const AREA_UNITS: Partial<Record<Unit, number>> = { sqm: 1, none: 1, count: 1, m: 1, sotka: 100, ha: 10_000 };
const MONEY_UNITS: ReadonlySet<Unit> = new Set([
  'rub',
  'rub_month',
  'rub_sqm',
  'rub_sqm_month',
  'rub_sqm_year',
  'none',
  'count',
]);

/** A lower and an upper bound, either open. */
export interface Bounds {
  min?: number;
  max?: number;
}

/**
 * The figures a client's own text states, and what a model may make of them: a bound that is such a figure, nothing else.
 * Digits of phones, addresses, dates and of other units (percents, minutes, floors, dollars) are neither areas nor budgets.
 */
export class StatedFigures {
  private readonly areas: ReadonlySet<number>;
  private readonly amounts: ReadonlySet<number>;

  constructor({ quantities }: Pick<Understanding, 'quantities'>) {
    this.areas = valuesOf(quantities, (unit) => AREA_UNITS[unit]);
    this.amounts = valuesOf(quantities, (unit) => (MONEY_UNITS.has(unit) ? 1 : undefined));
  }

  /** m². One figure for both ends, or the ±10 % a model made of it itself, is read as the rules read it. */
  area(min: number | null, max: number | null): Bounds {
    const nominal = min !== null && max !== null ? this.nominal(min, max) : undefined;
    if (nominal !== undefined) return { min: scaled(nominal, 1 - TOLERANCE), max: scaled(nominal, 1 + TOLERANCE) };
    return supported(this.areas, min, max);
  }

  /** Roubles. */
  budget(min: number | null, max: number | null): Bounds {
    return supported(this.amounts, min, max);
  }

  private nominal(min: number, max: number): number | undefined {
    if (min === max) return this.areas.has(min) ? min : undefined;
    return [...this.areas].find(
      (area) => scaled(area, 1 - TOLERANCE) === scaled(min, 1) && scaled(area, 1 + TOLERANCE) === scaled(max, 1),
    );
  }
}

function valuesOf(quantities: readonly Quantity[], factorOf: (unit: Unit) => number | undefined): Set<number> {
  const values = new Set<number>();
  for (const { min, max, unit, readings } of quantities) {
    const factor = factorOf(unit);
    // Several readings are a question to the client, not a choice for a model.
    if (factor === undefined || readings) continue;
    for (const value of [min, max]) if (value !== undefined && value > 0) values.add(value * factor);
  }
  return values;
}

function supported(stated: ReadonlySet<number>, min: number | null, max: number | null): Bounds {
  const bounds: Bounds = {};
  if (min !== null && stated.has(min)) bounds.min = min;
  if (max !== null && stated.has(max)) bounds.max = max;
  const isReversed = bounds.min !== undefined && bounds.max !== undefined && bounds.min > bounds.max;
  return isReversed ? {} : bounds;
}

function scaled(value: number, factor: number): number {
  return Math.round(value * factor * 100) / 100;
}
