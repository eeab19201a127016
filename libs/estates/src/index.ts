export { areaBand, type Band, BandTable, bandProblems, walkBand } from './bands/bands.js';
export {
  type Catalogue,
  type CatalogueChanges,
  COLLECTIONS,
  type Collection,
  type LotQuery,
} from './catalogue/catalogue.js';
export { createPostgresCatalogue } from './catalogue/postgres-catalogue.js';
export { AmbiguousStationError, EstatesError, type EstatesErrorCode, UnknownStationError } from './errors.js';
export {
  type ImportOptions,
  type ImportProgress,
  type ImportSummary,
  importCatalogue,
  seedCatalogue,
} from './importer/import-catalogue.js';
export { type ImportProblem, ImportRefusedError } from './importer/import-problems.js';
export { searchLots } from './search/search.js';
export { StationDirectory, type StationLookup } from './stations/station-directory.js';
export type * from './types.js';
export { CoefficientTables, type CoefficientValuation, valueByCoefficients } from './valuation/by-coefficients.js';
export type { ValuationRequest } from './valuation/valuation-request.js';
