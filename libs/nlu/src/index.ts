export { readAgreement } from './agreement/agreement.js';
export { readBack } from './back/back.js';
export type { IntentEvidence } from './intent/features.js';
export { readIntent } from './intent/intent.js';
export { type Places, readPlaces, resolveDistrict, resolveStation } from './places/places.js';
export { HOMONYMS, STATION_NAMES } from './places/station-names.js';
export { type NumbersReading, readNumbers } from './quantities/read.js';
export type * from './types.js';
export { understand } from './understand.js';
