export type Deal = 'rent' | 'sale';
export type EstateKind = 'office' | 'retail' | 'warehouse';
export type EstateClass = 'A' | 'B+' | 'B' | 'C';
export type FitOut = 'shell' | 'partial' | 'ready';
export type LotStatus = 'available' | 'reserved' | 'withdrawn';

export interface MetroWalk {
  station: string;
  /** Metres on foot. */
  walkMeters: number;
}

/** A premises for rent or sale inside an estate. */
export interface Lot {
  id: string;
  deal: Deal;
  /** m². */
  area: number;
  /** Sale: ₽/m²; rent: ₽/m²/year. */
  price: number;
  vatIncluded: boolean;
  floor: number;
  fitOut: FitOut;
  layout: string;
  /** ISO date. */
  availableFrom: string;
  /** МАП, ₽/month for the whole lot, when it is let. */
  monthlyRent?: number;
  description: string;
  status: LotStatus;
}

/** A building with its lots: one record of the `estates` collection. */
export interface Estate {
  id: string;
  name: string;
  address: string;
  lat: number;
  lon: number;
  /** Administrative okrug: ЦАО, САО, … */
  district: string;
  kind: EstateKind;
  class: EstateClass;
  /** `ready` or the quarter of commissioning `YYYY-Qn`. */
  readiness: string;
  floors: number;
  metro: MetroWalk[];
  photos: string[];
  /** ISO timestamp. */
  updatedAt: string;
  lots: Lot[];
}

export interface SubwayStation {
  id: string;
  name: string;
  aliases: string[];
  line: string;
  lat: number;
  lon: number;
  /** ₽/m². */
  priceA: number;
  priceB: number;
  /** ₽/m²/year. */
  rentA: number;
  rentB: number;
  /** ₽/m². */
  averageCadastralValue: number;
}

/** Half-open band `[minArea, maxArea)` of m². `maxArea` null = no upper bound. */
export interface SquareCoeff {
  minArea: number;
  maxArea: number | null;
  coefficient: number;
}

/** Half-open band `[minMeters, maxMeters)`. `maxMeters` null = no upper bound. */
export interface WayToSubwayCoeff {
  minMeters: number;
  maxMeters: number | null;
  coefficient: number;
}

/** One record of the `messages` collection: a phrase of the bot with `{placeholders}`. */
export interface Phrase {
  key: string;
  text: string;
  buttons: { text: string; payload: string }[];
}

/** Conditions of the main job: what a client looks for. Absent = does not matter. */
export interface SearchCriteria {
  deal: Deal;
  kind: EstateKind;
  purpose?: 'own' | 'investment';
  stations?: string[];
  districts?: string[];
  areaMin?: number;
  areaMax?: number;
  budgetMin?: number;
  budgetMax?: number;
  /** `sqm`: ₽/m² (sale) or ₽/m² a period (rent); default `total`. */
  budgetPer?: 'total' | 'sqm';
  /** Rent only; default month for totals, year for ₽/m². */
  budgetPeriod?: 'month' | 'year';
  classes?: EstateClass[];
  /** `ready`, or the latest acceptable quarter. */
  readiness?: string;
  fitOut?: FitOut;
}

/** A lot with the building it stands in. */
export interface LotHit {
  lot: Lot;
  estate: Omit<Estate, 'lots'>;
  /** Whole price: sale ₽; rent ₽ a month. Exact, from the data. */
  total: number;
}

/** One relaxed condition that does find something. */
export interface Relaxation {
  /** Stable name of what is relaxed: `budget`, `area`, `place`, `class`, `fitOut`, `readiness`. */
  kind: 'budget' | 'area' | 'place' | 'class' | 'fitOut' | 'readiness';
  criteria: SearchCriteria;
  count: number;
}

/** Input and output of the `search` job. */
export interface SearchRequest {
  criteria: SearchCriteria;
  limit: number;
  excludeEstates?: string[];
}

export interface SearchResult {
  total: number;
  hits: LotHit[];
  /** Only when `total` is 0: the three cheapest relaxations that find something. */
  relaxations: Relaxation[];
}
