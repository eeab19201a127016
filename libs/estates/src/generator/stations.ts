import { CITY_CENTRE, distanceMeters, type Point } from '../geo.js';
import type { SubwayStation } from '../types.js';
import { type MetroFact, readMetroFacts } from './metro-facts.js';
import { Random, seedOf } from './random.js';

const LATIN: Readonly<Record<string, string>> = {
  ...{
    а: 'a',
    б: 'b',
    в: 'v',
    г: 'g',
    д: 'd',
    е: 'e',
    ё: 'e',
    ж: 'zh',
    з: 'z',
    и: 'i',
    й: 'y',
    к: 'k',
    л: 'l',
    м: 'm',
  },
  ...{ н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch' },
  ...{ ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya' },
};

/** `Парк культуры` → `park-kultury`. */
export const slug = (text: string): string =>
  [...text.toLowerCase()]
    .map((letter) => LATIN[letter] ?? letter)
    .join('')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

export const stationId = (name: string, line: string): string => `${slug(name)}--${slug(line)}`;

/** Moscow-City, the dearest cluster of offices. */
const BUSINESS_CENTRE: Point = { lat: 55.7485, lon: 37.5385 };
const roundTo = (value: number, step: number) => Math.round(value / step) * step;

/**
 * Synthetic coefficients of a place: they fall with the distance from the Kremlin, rise near Moscow-City, and vary by a few
 * percent with the name. All rows of one name get the same figures. Level: offices of 2025–26 as published by
 * consultants (class A about 60–70 thousand ₽/m²/year in the centre, 18–22 on the edge).
 */
function coefficients(name: string, place: Point) {
  const random = new Random(seedOf(name));
  const central = Math.exp(-distanceMeters(place, CITY_CENTRE) / 6_500);
  const business = 0.22 * Math.exp(-distanceMeters(place, BUSINESS_CENTRE) / 1_500);
  const level = (0.27 + 0.73 * central + business) * (1 + 0.04 * (random.next() * 2 - 1));
  const rentA = roundTo(64_000 * level, 100);
  const priceA = roundTo(690_000 * level, 1_000);
  const classStep = random.between(0.7, 0.76);
  return {
    priceA,
    priceB: roundTo(priceA * classStep, 1_000),
    rentA,
    rentB: roundTo(rentA * classStep, 100),
    averageCadastralValue: roundTo(priceA * random.between(0.42, 0.5), 100),
  };
}

/** The `subway_stations` collection: facts from the table, coefficients synthetic. */
export function generateStations(facts: readonly MetroFact[] = readMetroFacts()): SubwayStation[] {
  const places = new Map<string, MetroFact[]>();
  for (const fact of facts) places.set(fact.name, [...(places.get(fact.name) ?? []), fact]);
  return facts
    .map((fact) => {
      const rows = places.get(fact.name)!;
      const centre = {
        lat: rows.reduce((sum, row) => sum + row.lat, 0) / rows.length,
        lon: rows.reduce((sum, row) => sum + row.lon, 0) / rows.length,
      };
      const { line, name, lat, lon, aliases } = fact;
      return { id: stationId(name, line), name, aliases, line, lat, lon, ...coefficients(name, centre) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

const OKRUGS = ['САО', 'СВАО', 'ВАО', 'ЮВАО', 'ЮАО', 'ЮЗАО', 'ЗАО', 'СЗАО'] as const;
/** Bearings (degrees from north, clockwise) where each of {@link OKRUGS} ends. */
const OKRUG_ENDS = [5, 50, 100, 148, 198, 240, 295, 325];

/** Okrug of a point by distance and bearing from the centre: near enough for synthetic buildings, not a map. */
export function okrugOf(place: Point): string {
  const distance = distanceMeters(place, CITY_CENTRE);
  if (distance < 4_000) return 'ЦАО';
  const north = (place.lat - CITY_CENTRE.lat) * 1.773;
  const bearing = ((Math.atan2(place.lon - CITY_CENTRE.lon, north) * 180) / Math.PI + 360) % 360;
  if (distance > 17_000 && bearing > 195 && bearing < 255) return 'НАО';
  if (bearing > 325) return 'САО';
  return OKRUGS[OKRUG_ENDS.findIndex((end) => bearing <= end)] ?? 'САО';
}
