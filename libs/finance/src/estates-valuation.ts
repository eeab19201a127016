import { AmbiguousStationError, EstatesError, type StationDirectory, UnknownStationError } from '#libs/estates';
import type { StationValuation, ValuationSubject } from './context.js';

/**
 * `StationValuation` over `libs/estates`: the directory finds the station, `byCoefficients` is the valuation by coefficients of one
 * square metre (₽/m² for a sale, ₽/m² a year for rent). Refusals of that lib become answers here, everything else is thrown on.
 */
export function estatesValuation(
  directory: Pick<StationDirectory, 'one'>,
  byCoefficients: (subject: ValuationSubject) => { pricePerM2: number },
): StationValuation {
  return {
    station(name) {
      try {
        const { name: official, averageCadastralValue } = directory.one(name);
        return { name: official, averageCadastralValue };
      } catch (error) {
        if (error instanceof UnknownStationError) return { closest: error.closest };
        if (error instanceof AmbiguousStationError) return { ambiguous: error.choices };
        throw error;
      }
    },
    value(subject) {
      try {
        const { pricePerM2 } = byCoefficients(subject);
        const warnings = subject.class === 'C' ? ['Ставки для класса C приняты по классу B: это оценка.'] : [];
        return { pricePerM2, warnings };
      } catch (error) {
        if (error instanceof EstatesError) return { refused: error.message };
        throw error;
      }
    },
  };
}
