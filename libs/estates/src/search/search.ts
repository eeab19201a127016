import type { Catalogue, LotQuery } from '../catalogue/catalogue.js';
import { StationDirectory } from '../stations/station-directory.js';
import { stationKey } from '../stations/station-name.js';
import type { Relaxation, SearchCriteria, SearchRequest, SearchResult } from '../types.js';
import { checkedSearchRequest } from './criteria.js';
import { RELAXATION_STEPS, type RelaxationStep } from './relaxation.js';

const RELAXATIONS_OFFERED = 3;

type SearchableCatalogue = Pick<Catalogue, 'stations' | 'findLots' | 'countLots'>;

function lotQuery(criteria: SearchCriteria, excludeEstates: readonly string[]): LotQuery {
  return { criteria, stationKeys: (criteria.stations ?? []).map(stationKey), excludeEstates };
}

/** All steps one by one, then pairs of different kinds by total cost: for a wish that no single step can save. */
function* candidates(criteria: SearchCriteria, directory: StationDirectory) {
  for (const step of RELAXATION_STEPS) {
    const relaxed = step.apply(criteria, directory);
    if (relaxed) yield { step, criteria: relaxed };
  }
}

function* pairs(criteria: SearchCriteria, directory: StationDirectory) {
  const all: { first: RelaxationStep; second: RelaxationStep; cost: number }[] = [];
  RELAXATION_STEPS.forEach((first, index) => {
    for (const second of RELAXATION_STEPS.slice(index + 1)) {
      if (first.kind !== second.kind) all.push({ first, second, cost: first.cost + second.cost });
    }
  });
  all.sort((a, b) => a.cost - b.cost || a.first.cost - b.first.cost);
  for (const { first, second } of all) {
    const once = first.apply(criteria, directory);
    const twice = once && second.apply(once, directory);
    // A pair is named after its dearer step: that is the change the client will notice.
    if (twice) yield { step: second, criteria: twice };
  }
}

/**
 * The cheapest relaxations (search/relaxation.ts) that find something, each with its count, at most three and one of a
 * kind. When no single step helps, pairs of steps are tried.
 */
export async function findRelaxations(
  catalogue: Pick<Catalogue, 'countLots'>,
  criteria: SearchCriteria,
  excludeEstates: readonly string[],
  directory: StationDirectory,
): Promise<Relaxation[]> {
  const offered = new Map<Relaxation['kind'], Relaxation>();
  for (const generator of [candidates, pairs]) {
    for (const { step, criteria: relaxed } of generator(criteria, directory)) {
      if (offered.has(step.kind)) continue;
      const count = await catalogue.countLots(lotQuery(relaxed, excludeEstates));
      if (count > 0) offered.set(step.kind, { kind: step.kind, criteria: relaxed, count });
      if (offered.size === RELAXATIONS_OFFERED) break;
    }
    if (offered.size > 0) break;
  }
  return [...offered.values()];
}

/**
 * Search by hard filters, the same over every store: cheapest first, then by lot id. Station names are resolved by the
 * rules of the directory and come back official in the relaxations. Throws UnknownStationError, `INVALID_REQUEST`.
 */
export async function searchLots(catalogue: SearchableCatalogue, request: SearchRequest): Promise<SearchResult> {
  const { criteria, limit, excludeEstates = [] } = checkedSearchRequest(request);
  const directory = new StationDirectory(await catalogue.stations());
  const resolved: SearchCriteria = criteria.stations?.length
    ? { ...criteria, stations: [...new Set(criteria.stations.map((station) => directory.name(station)))] }
    : criteria;
  const query = lotQuery(resolved, excludeEstates);
  const total = await catalogue.countLots(query);
  if (total === 0) {
    return { total, hits: [], relaxations: await findRelaxations(catalogue, resolved, excludeEstates, directory) };
  }
  return { total, hits: await catalogue.findLots(query, limit, total), relaxations: [] };
}

/** The `search` job of the worker. Same contract as {@link searchLots}. */
export const runSearch = (
  { catalogue }: { catalogue: SearchableCatalogue },
  request: SearchRequest,
): Promise<SearchResult> => searchLots(catalogue, request);
