import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CITY_CENTRE, distanceMeters } from '../geo.js';
import { stationKey } from '../stations/station-name.js';
import { EstateGenerator } from './estates.js';
import { readMetroFacts } from './metro-facts.js';
import { generateStations } from './stations.js';

/** The table of facts beside the checkout, where there is one. */
const CHECK_TABLE = path.resolve(import.meta.dirname, '../../../../../shared/data/moscow_metro.json');
const stations = generateStations();
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('facts of the metro', () => {
  if (!existsSync(CHECK_TABLE))
    process.stderr.write(`SKIPPED: ${CHECK_TABLE} is absent, coordinates are not checked\n`);

  it.skipIf(!existsSync(CHECK_TABLE))('lie within 500 m of an independent table', () => {
    const table = JSON.parse(readFileSync(CHECK_TABLE, 'utf8')) as { name: string; lat: number; lon: number }[];
    const far = readMetroFacts().filter(
      (fact) =>
        !table.some((row) => stationKey(row.name) === stationKey(fact.name) && distanceMeters(row, fact) <= 500),
    );
    expect(far).toEqual([]);
    expect(new Set(readMetroFacts().map(({ name }) => stationKey(name)))).toEqual(
      new Set(table.map(({ name }) => stationKey(name))),
    );
  });

  it('have unique ids, A dearer than B, and the centre dearer than the edge', () => {
    expect(new Set(stations.map(({ id }) => id)).size).toBe(stations.length);
    for (const station of stations) {
      expect(station.priceA).toBeGreaterThan(station.priceB);
      expect(station.rentA).toBeGreaterThan(station.rentB);
    }
    const within = (min: number, max: number) =>
      stations.filter(
        (station) => distanceMeters(station, CITY_CENTRE) >= min && distanceMeters(station, CITY_CENTRE) < max,
      );
    const rings = [within(0, 3_000), within(3_000, 8_000), within(8_000, 30_000)].map((ring) =>
      mean(ring.map(({ rentA }) => rentA)),
    );
    expect(rings).toEqual([...rings].sort((a, b) => b - a));
  });
});

describe('generated buildings', () => {
  const generator = new EstateGenerator(stations, 1);
  const estates = Array.from({ length: 3_000 }, (_, index) => generator.estate(index));

  it('are the same for the same seed, whatever the size, and differ by seed', () => {
    expect(new EstateGenerator(stations, 1).estate(1_234)).toEqual(estates[1_234]);
    expect(new EstateGenerator(stations, 2).estate(1_234)).not.toEqual(estates[1_234]);
  });

  it('stand as far from a station as their walk says', () => {
    for (const estate of estates) {
      for (const { station, walkMeters } of estate.metro) {
        const line = Math.min(
          ...stations.filter(({ name }) => name === station).map((row) => distanceMeters(row, estate)),
        );
        expect(walkMeters).toBeGreaterThanOrEqual(Math.floor(line));
        expect(walkMeters).toBeLessThanOrEqual(Math.max(20, line * 1.25 + 10));
      }
    }
  });

  it('price smaller lots dearer per m² and class A dearer than B', () => {
    const rent = (test: (area: number, estateClass: string) => boolean) =>
      mean(
        estates
          .filter(({ kind }) => kind === 'office')
          .flatMap((estate) =>
            estate.lots
              .filter(({ deal, area }) => deal === 'rent' && test(area, estate.class))
              .map(({ price }) => price),
          ),
      );
    expect(rent((area) => area < 50)).toBeGreaterThan(rent((area) => area > 500));
    expect(rent((_, estateClass) => estateClass === 'A')).toBeGreaterThan(
      rent((_, estateClass) => estateClass === 'B'),
    );
  });

  it('cover every kind and deal, let retail and construction', () => {
    const lots = estates.flatMap((estate) =>
      estate.lots.map((lot) => ({ ...lot, kind: estate.kind, readiness: estate.readiness })),
    );
    expect(new Set(lots.map(({ kind, deal }) => `${kind} ${deal}`)).size).toBe(6);
    expect(lots.some(({ kind, monthlyRent }) => kind === 'retail' && monthlyRent)).toBe(true);
    expect(lots.some(({ readiness }) => readiness !== 'ready')).toBe(true);
  });
});
