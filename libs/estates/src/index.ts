export { AnalogIndex, type BuiltParts, buildSnapshotParts } from './analogs/analog-index.js';
export {
  type AnalogFilters,
  type AnalogRequest,
  type AnalogSubject,
  checkedAnalogRequest,
  lotDistance,
} from './analogs/analog-request.js';
export { AnalogSnapshot, SnapshotBuilder } from './analogs/analog-snapshot.js';
export { type AnalogItem, type AnalogResult, type AnalogSources, runAnalogs } from './analogs/analogs.js';
export { partitionOf } from './analogs/lot-columns.js';
export { ANALOG_ORACLE_TABLE, analogOracle } from './analogs/postgres-oracle.js';
export { DEFAULT_WEIGHTS, type Feature, type Weights } from './analogs/weights.js';
export { areaBand, type Band, BandTable, bandProblems, walkBand } from './bands/bands.js';
export {
  type Catalogue,
  type CatalogueChanges,
  COLLECTIONS,
  type Collection,
  type LotQuery,
} from './catalogue/catalogue.js';
export type { CatalogueStore, CatalogueWriter } from './catalogue/catalogue-store.js';
export { type CatalogueSettings, openCatalogue, openCatalogueStore } from './catalogue/open-catalogue.js';
export { createPostgresCatalogue } from './catalogue/postgres-catalogue.js';
export { PostgresStore } from './catalogue/postgres-store.js';
export { AmbiguousStationError, EstatesError, type EstatesErrorCode, UnknownStationError } from './errors.js';
export { generateCatalogue } from './generator/generate.js';
export type { ImportProgress } from './importer/collection-file.js';
export { type ImportOptions, type ImportSummary, importCatalogue, seedCatalogue } from './importer/import-catalogue.js';
export { type ImportProblem, ImportRefusedError } from './importer/import-problems.js';
export { runSearch, searchLots } from './search/search.js';
export { StationDirectory, type StationLookup } from './stations/station-directory.js';
export type * from './types.js';
export { ADJUSTMENTS, type AdjustmentTable } from './valuation/adjustments.js';
export { adjustmentsOf, readAdjustments } from './valuation/adjustments-file.js';
export type { AdjustedAnalog, AnalogValuation } from './valuation/by-analogs.js';
export { CoefficientTables, type CoefficientValuation, valueByCoefficients } from './valuation/by-coefficients.js';
export { runValuation, type ValuationResult } from './valuation/valuation.js';
export { checkedValuationRequest, type ValuationRequest } from './valuation/valuation-request.js';
