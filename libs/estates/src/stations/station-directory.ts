import { AmbiguousStationError, UnknownStationError } from '../errors.js';
import { distanceMeters } from '../geo.js';
import type { SubwayStation } from '../types.js';
import { editDistance, stationKey } from './station-name.js';

/** Names of this many letters and more may carry one typo. */
const TYPO_FROM_LETTERS = 6;
const CLOSEST_OFFERED = 3;

/** What a name means: the rows that carry it (one per line), or the closest official names. */
export type StationLookup =
  | { found: true; name: string; stations: readonly SubwayStation[]; typo: boolean }
  | { found: false; closest: string[] };

/** Looks stations up as clients write them. Built once per load of the collection; lookups are pure. */
export class StationDirectory {
  private readonly byKey = new Map<string, SubwayStation[]>();
  private readonly byId = new Map<string, SubwayStation>();

  constructor(readonly stations: readonly SubwayStation[]) {
    for (const station of stations) {
      this.byId.set(station.id, station);
      this.add(stationKey(station.name), station);
      this.add(stationKey(`${station.name} ${station.line}`), station);
    }
    // An official name always beats an alias of another station.
    const official = new Set(this.byKey.keys());
    for (const station of stations) {
      for (const alias of station.aliases) {
        const key = stationKey(alias);
        if (!official.has(key)) this.add(key, station);
      }
    }
  }

  private add(key: string, station: SubwayStation): void {
    const known = this.byKey.get(key);
    if (!known) this.byKey.set(key, [station]);
    else if (!known.includes(station)) known.push(station);
  }

  /** Finds by name, alias, «name (line)» or id; a name of 6+ letters may carry one typo when only one station fits it. */
  lookup(text: string): StationLookup {
    const exactId = this.byId.get(text);
    if (exactId) return { found: true, name: exactId.name, stations: [exactId], typo: false };
    const key = stationKey(text);
    const exact = this.byKey.get(key);
    if (exact) return { found: true, name: exact[0]!.name, stations: exact, typo: false };
    if (key.length >= TYPO_FROM_LETTERS - 1) {
      const near = [...this.byKey].filter(
        ([known]) => known.length >= TYPO_FROM_LETTERS && editDistance(key, known, 1) === 1,
      );
      const names = new Set(near.flatMap(([, stations]) => stations.map((station) => station.name)));
      if (names.size === 1) {
        const stations = [...new Set(near.flatMap(([, found]) => found))];
        return { found: true, name: stations[0]!.name, stations, typo: true };
      }
    }
    return { found: false, closest: this.closest(key) };
  }

  /** Official name of the station meant. Throws {@link UnknownStationError}. */
  name(text: string): string {
    const result = this.lookup(text);
    if (!result.found) throw new UnknownStationError(text, result.closest);
    return result.name;
  }

  /**
   * The one station meant. A name on several lines is one place when its rows carry equal coefficients (the first by id
   * is returned); otherwise throws {@link AmbiguousStationError}. Throws {@link UnknownStationError} for no station.
   */
  one(text: string): SubwayStation {
    const result = this.lookup(text);
    if (!result.found) throw new UnknownStationError(text, result.closest);
    const [first, ...rest] = [...result.stations].sort((a, b) => (a.id < b.id ? -1 : 1));
    const coefficients = (station: SubwayStation) =>
      JSON.stringify([station.priceA, station.priceB, station.rentA, station.rentB, station.averageCadastralValue]);
    if (rest.some((station) => coefficients(station) !== coefficients(first!))) {
      throw new AmbiguousStationError(
        text,
        result.stations.map((station) => `${station.name} (${station.line})`),
      );
    }
    return first!;
  }

  /** Names of other stations within `meters` of any row of the named one, nearest first. */
  neighbours(name: string, meters: number): { name: string; meters: number }[] {
    const result = this.lookup(name);
    if (!result.found) return [];
    const distances = new Map<string, number>();
    for (const origin of result.stations) {
      for (const station of this.stations) {
        if (station.name === result.name) continue;
        const distance = distanceMeters(origin, station);
        if (distance <= meters)
          distances.set(station.name, Math.min(distance, distances.get(station.name) ?? distance));
      }
    }
    return [...distances]
      .map(([station, distance]) => ({ name: station, meters: distance }))
      .sort((a, b) => a.meters - b.meters || (a.name < b.name ? -1 : 1));
  }

  private closest(key: string): string[] {
    if (key.length === 0) return [];
    const best = new Map<string, number>();
    for (const [known, stations] of this.byKey) {
      const limit = Math.max(2, Math.floor(Math.max(known.length, key.length) / 2));
      const edits = editDistance(key, known, limit);
      const prefix = key.length >= 3 && (known.startsWith(key) || key.startsWith(known)) ? 1 : edits;
      const distance = Math.min(edits, prefix);
      if (distance > limit) continue;
      for (const { name } of stations) best.set(name, Math.min(distance, best.get(name) ?? distance));
    }
    return [...best]
      .sort(([nameA, a], [nameB, b]) => a - b || (nameA < nameB ? -1 : 1))
      .slice(0, CLOSEST_OFFERED)
      .map(([name]) => name);
  }
}
