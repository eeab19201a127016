import { FinanceRequestError } from './finance.errors.js';
import {
  type FinanceContext,
  type FinanceModelRequest,
  isOffice,
  isUnderConstruction,
  type PremisesClass,
} from './request.js';

/** §3 value of one square metre. */
export interface CoefficientValue {
  /** ₽/m² (sale) or ₽/m² a year (rent). */
  pricePerM2: number;
  /** Russian remarks, e.g. that class C is an estimate. */
  warnings: readonly string[];
}

/** What is valued by coefficients. */
export interface ValuationSubject {
  deal: 'rent' | 'sale';
  kind: 'office' | 'retail';
  class: PremisesClass;
  /** As the client named it: «Арбатская (3)» must not lose its line. */
  station: string;
  walkMeters: number;
  area: number;
}

/**
 * What the investment model needs from the valuation of `libs/estates`. A caller with the catalogue at hand passes it to
 * `resolveFinanceContext`; tests pass a table.
 */
export interface StationValuation {
  /** The station by any of its spellings; otherwise the closest names, or the stations a shared name may mean. */
  station(
    name: string,
  ):
    | { name: string; averageCadastralValue: number }
    | { closest: readonly string[] }
    | { ambiguous: readonly string[] };
  /** Value by coefficients at a known station; `refused` is a Russian sentence (no band for the area, no price). */
  value(subject: ValuationSubject): CoefficientValue | { refused: string };
}

/**
 * Collects what a validated request needs from the valuation: the rent and, under construction, the sale price of an office, and the
 * station's cadastral value.
 * @throws FinanceRequestError `UNKNOWN_STATION` (with the closest names), `AMBIGUOUS_STATION` or `VALUATION_UNAVAILABLE`
 */
export function resolveFinanceContext(
  request: FinanceModelRequest,
  valuation: StationValuation,
  now: Date,
): FinanceContext {
  if (request.station === undefined) return { now };
  const station = valuation.station(request.station);
  if ('closest' in station) throw unknownStation(station.closest);
  if ('ambiguous' in station) throw ambiguousStation(station.ambiguous);
  const context: FinanceContext = {
    now,
    station: station.name,
    averageCadastralValue: station.averageCadastralValue,
  };
  if (!isOffice(request.model)) return context;
  const subject = {
    kind: 'office' as const,
    class: request.class!,
    station: request.station,
    walkMeters: request.walkMeters!,
    area: request.area,
  };
  const valued = (deal: 'rent' | 'sale'): CoefficientValue => {
    const value = valuation.value({ ...subject, deal });
    if (!('refused' in value)) return value;
    throw new FinanceRequestError([{ code: 'VALUATION_UNAVAILABLE', field: 'station', detail: value.refused }]);
  };
  const rent = valued('rent');
  const sale = isUnderConstruction(request.model) ? valued('sale') : undefined;
  return {
    ...context,
    annualRentPerM2: rent.pricePerM2,
    ...(sale ? { salePricePerM2AtCompletion: sale.pricePerM2 } : {}),
    warnings: [...new Set([...rent.warnings, ...(sale?.warnings ?? [])])],
  };
}

function unknownStation(closest: readonly string[]): FinanceRequestError {
  const hint = closest.length > 0 ? ` Похожие: ${closest.join(', ')}.` : '';
  return new FinanceRequestError([
    {
      code: 'UNKNOWN_STATION',
      field: 'station',
      detail: `Такой станции метро нет в базе.${hint}`,
      suggestions: [...closest],
    },
  ]);
}

function ambiguousStation(options: readonly string[]): FinanceRequestError {
  const detail = `Станций с таким названием несколько, уточните: ${options.join(', ')}.`;
  return new FinanceRequestError([{ code: 'AMBIGUOUS_STATION', field: 'station', detail, suggestions: [...options] }]);
}
