import { areaBand, BandTable, walkBand } from '../bands/bands.js';
import { distanceMeters, METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON, type Point } from '../geo.js';
import { readinessOf, readinessOrder } from '../readiness.js';
import type {
  Deal,
  Estate,
  EstateClass,
  EstateKind,
  FitOut,
  Lot,
  LotStatus,
  MetroWalk,
  SubwayStation,
} from '../types.js';
import { SQUARE_COEFFS, WAY_TO_SUBWAY_COEFFS } from './bands.js';
import { Random } from './random.js';
import { okrugOf } from './stations.js';

/** Streets wind: a walk is this many times the straight line. */
const DETOUR = 1.25;
const METRO_LISTED = 3;
const LISTED_WITHIN = 2_500;
/** The day the synthetic catalogue describes. */
const AS_OF = Date.UTC(2026, 9, 1);
const DAY = 86_400_000;
const CURRENT_QUARTER = readinessOrder('2026-Q4');

const KIND_WORD: Record<EstateKind, string> = { office: 'Офис', retail: 'Торговое помещение', warehouse: 'Склад' };
const FIT_OUT_WORD: Record<FitOut, string> = {
  shell: 'без отделки',
  partial: 'с частичной отделкой',
  ready: 'с отделкой',
};
const LAYOUTS: Record<EstateKind, readonly string[]> = {
  office: ['открытая', 'кабинетная', 'смешанная'],
  retail: ['зальная', 'зальная с подсобными', 'витринная линия'],
  warehouse: ['единый зал', 'зал с мезонином', 'зал с офисным блоком'],
};

const STREET_NAMES = [
  ...['Берёзовая', 'Кленовая', 'Липовая', 'Яблоневая', 'Рябиновая', 'Ключевая', 'Озёрная', 'Солнечная', 'Каменная'],
  ...['Гончарная', 'Кузнечная', 'Плотничная', 'Ямская', 'Мостовая', 'Ладейная', 'Хлебная', 'Медовая', 'Ткацкая'],
] as const;
const CENTRE_NAMES: Record<EstateKind, readonly string[]> = {
  office: ['БЦ', 'Деловой квартал', 'Офисный дом'],
  retail: ['Торговая галерея', 'Торговый дом', 'Пассаж'],
  warehouse: ['Складской комплекс', 'Индустриальный парк'],
};
const PROPER_NAMES = [
  ...['Меридиан', 'Аквамарин', 'Орион', 'Северный ветер', 'Янтарь', 'Парус', 'Вертикаль', 'Горизонт', 'Кристалл'],
  ...['Атлас', 'Компас', 'Созвездие', 'Гранат', 'Маяк', 'Каскад', 'Форум', 'Пилигрим', 'Рубин', 'Титул', 'Оберег'],
] as const;

const KIND_PRICE: Record<EstateKind, Record<Deal, number>> = {
  office: { rent: 1, sale: 1 },
  retail: { rent: 1.3, sale: 1.25 },
  warehouse: { rent: 0.34, sale: 0.3 },
};
const CLASS_PRICE: Record<EstateClass, number> = { A: 1, 'B+': 1.06, B: 1, C: 0.86 };
const FIT_OUT_PRICE: Record<FitOut, number> = { shell: 0.85, partial: 0.93, ready: 1 };
const AREA: Record<EstateKind, { median: number; deviation: number; min: number; max: number }> = {
  office: { median: 150, deviation: 0.85, min: 12, max: 6_000 },
  retail: { median: 110, deviation: 0.8, min: 10, max: 4_000 },
  warehouse: { median: 900, deviation: 0.9, min: 80, max: 25_000 },
};

const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));
const squareCoeffs = new BandTable('square_coeffs', SQUARE_COEFFS.map(areaBand));
const wayCoeffs = new BandTable('way_to_subway_coeffs', WAY_TO_SUBWAY_COEFFS.map(walkBand));

/** Stations in cells of about 2.5 km, so that a building looks at its neighbours only. */
class StationGrid {
  private readonly cells = new Map<string, SubwayStation[]>();

  constructor(stations: readonly SubwayStation[]) {
    for (const station of stations) {
      const key = this.key(station, 0, 0);
      this.cells.set(key, [...(this.cells.get(key) ?? []), station]);
    }
  }

  private key({ lat, lon }: Point, dLat: number, dLon: number): string {
    return `${Math.floor(lat / 0.0225) + dLat}:${Math.floor(lon / 0.04) + dLon}`;
  }

  /** Nearest stations on foot, one row a name, nearest first. */
  walks(place: Point): MetroWalk[] {
    const nearest = new Map<string, number>();
    for (const dLat of [-1, 0, 1]) {
      for (const dLon of [-1, 0, 1]) {
        for (const station of this.cells.get(this.key(place, dLat, dLon)) ?? []) {
          const walk = Math.max(20, Math.round((distanceMeters(place, station) * DETOUR) / 10) * 10);
          if (walk <= LISTED_WITHIN) nearest.set(station.name, Math.min(walk, nearest.get(station.name) ?? walk));
        }
      }
    }
    return [...nearest]
      .map(([station, walkMeters]) => ({ station, walkMeters }))
      .sort((a, b) => a.walkMeters - b.walkMeters || (a.station < b.station ? -1 : 1))
      .slice(0, METRO_LISTED);
  }
}

const KINDS: readonly (readonly [EstateKind, number])[] = [
  ['office', 55],
  ['retail', 30],
  ['warehouse', 15],
];
const CLASSES: Record<EstateKind, readonly (readonly [EstateClass, number])[]> = {
  office: [
    ['A', 25],
    ['B+', 25],
    ['B', 35],
    ['C', 15],
  ],
  retail: [
    ['A', 20],
    ['B+', 20],
    ['B', 40],
    ['C', 20],
  ],
  warehouse: [
    ['A', 30],
    ['B+', 15],
    ['B', 35],
    ['C', 20],
  ],
};

/** Makes buildings one by one; each depends on the seed and its number only, so a catalogue of any size is a prefix of a larger one. */
export class EstateGenerator {
  private readonly grid: StationGrid;
  private readonly byName: ReadonlyMap<string, SubwayStation>;
  private readonly weights: readonly (readonly [SubwayStation, number])[];

  constructor(
    private readonly stations: readonly SubwayStation[],
    private readonly seed: number,
  ) {
    this.grid = new StationGrid(stations);
    this.byName = new Map(stations.map((station) => [station.name, station]));
    // More is built where it is dear.
    this.weights = stations.map((station) => [station, station.rentA ** 1.3] as const);
  }

  /** The building number `index` (from 0). */
  estate(index: number): Estate {
    const random = new Random((Math.imul(this.seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0);
    const kind = random.weighted(KINDS);
    const near = kind === 'warehouse' ? random.pick(this.stations) : random.weighted(this.weights);
    const { place, metro } = this.place(near, kind, random);
    const estateClass = random.weighted(CLASSES[kind]);
    const readiness = random.next() < 0.12 ? readinessOf(CURRENT_QUARTER + random.integer(1, 10)) : 'ready';
    const floors =
      kind === 'office'
        ? random.integer(3, estateClass === 'A' ? 30 : 12)
        : kind === 'retail'
          ? random.integer(1, 5)
          : random.integer(1, 2);
    const number = String(index + 1).padStart(6, '0');
    const id = `e${number}`;
    const rate = this.byName.get(metro[0]?.station ?? near.name) ?? near;
    const lots = Array.from({ length: random.integer(2, 8) }, (_, position) =>
      this.lot(
        `${id}-${position + 1}`,
        { kind, estateClass, readiness, floors, walk: metro[0]?.walkMeters, rate },
        random,
      ),
    );
    return {
      id,
      name: `${random.pick(CENTRE_NAMES[kind])} «${random.pick(PROPER_NAMES)}» (демо)`,
      address: `Москва, улица ${random.pick(STREET_NAMES)}, ${random.integer(1, 90)}`,
      lat: place.lat,
      lon: place.lon,
      district: okrugOf(place),
      kind,
      class: estateClass,
      readiness,
      floors,
      metro,
      photos: [],
      updatedAt: new Date(AS_OF - random.integer(0, 180) * DAY).toISOString(),
      lots,
    };
  }

  private place(near: SubwayStation, kind: EstateKind, random: Random): { place: Point; metro: MetroWalk[] } {
    const reach =
      kind === 'warehouse' ? random.between(500, 1_900) : clamp(Math.exp(6 + 0.6 * random.normal()), 40, 1_800);
    const bearing = random.between(0, 2 * Math.PI);
    const place = {
      lat: Number((near.lat + (reach * Math.cos(bearing)) / METRES_PER_DEGREE_LAT).toFixed(6)),
      lon: Number((near.lon + (reach * Math.sin(bearing)) / METRES_PER_DEGREE_LON).toFixed(6)),
    };
    return { place, metro: this.grid.walks(place) };
  }

  private lot(
    id: string,
    building: {
      kind: EstateKind;
      estateClass: EstateClass;
      readiness: string;
      floors: number;
      walk?: number;
      rate: SubwayStation;
    },
    random: Random,
  ): Lot {
    const { kind, estateClass, readiness, floors, walk = LISTED_WITHIN, rate } = building;
    const underConstruction = readiness !== 'ready';
    const deal: Deal = underConstruction
      ? random.next() < 0.85
        ? 'sale'
        : 'rent'
      : random.next() < 0.58
        ? 'rent'
        : 'sale';
    const size = AREA[kind];
    const area = Number(
      clamp(Math.exp(Math.log(size.median) + size.deviation * random.normal()), size.min, size.max).toFixed(1),
    );
    const fitOut: FitOut = random.weighted(
      underConstruction
        ? [
            ['shell', 70],
            ['partial', 25],
            ['ready', 5],
          ]
        : [
            ['shell', 15],
            ['partial', 25],
            ['ready', 60],
          ],
    );
    const floor = kind === 'retail' && random.next() < 0.6 ? 1 : random.next() < 0.06 ? -1 : random.integer(1, floors);
    const columnA = estateClass === 'A';
    const base = deal === 'sale' ? (columnA ? rate.priceA : rate.priceB) : columnA ? rate.rentA : rate.rentB;
    const exact =
      base *
      squareCoeffs.coefficient(area) *
      wayCoeffs.coefficient(walk) *
      KIND_PRICE[kind][deal] *
      CLASS_PRICE[estateClass] *
      FIT_OUT_PRICE[fitOut] *
      (floor < 0 ? 0.82 : 1) *
      (underConstruction ? 0.9 : 1) *
      Math.exp(0.07 * random.normal());
    const step = deal === 'sale' ? 500 : 100;
    const price = Math.max(step, Math.round(exact / step) * step);
    const let_ = deal === 'sale' && !underConstruction && random.next() < (kind === 'retail' ? 0.6 : 0.15);
    const rentRate = (columnA ? rate.rentA : rate.rentB) * KIND_PRICE[kind].rent * squareCoeffs.coefficient(area);
    const monthlyRent = let_
      ? Math.round((((rentRate * area) / 12) * Math.exp(0.08 * random.normal())) / 1_000) * 1_000
      : undefined;
    const availableFrom = underConstruction
      ? quarterStart(readiness)
      : new Date(AS_OF + (random.next() < 0.6 ? 0 : random.integer(10, 200)) * DAY).toISOString().slice(0, 10);
    return {
      id,
      deal,
      area,
      price,
      vatIncluded: random.next() < 0.5,
      floor,
      fitOut,
      layout: random.pick(LAYOUTS[kind]),
      availableFrom,
      ...(monthlyRent && { monthlyRent }),
      description: `${KIND_WORD[kind]} ${String(area).replace('.', ',')} м², ${floor < 0 ? 'цокольный этаж' : `${floor} этаж`}, ${FIT_OUT_WORD[fitOut]}${monthlyRent ? ', с арендатором' : ''}. Демонстрационные данные.`,
      status: random.weighted<LotStatus>([
        ['available', 92],
        ['reserved', 5],
        ['withdrawn', 3],
      ]),
    };
  }
}

function quarterStart(quarter: string): string {
  const month = (Number(quarter.at(-1)) - 1) * 3 + 1;
  return `${quarter.slice(0, 4)}-${String(month).padStart(2, '0')}-01`;
}
