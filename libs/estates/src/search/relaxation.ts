import type { StationDirectory } from '../stations/station-directory.js';
import type { EstateClass, Relaxation, SearchCriteria } from '../types.js';

/** One step of relaxing: what it costs the client (lower = closer to what was asked) and how it changes the conditions. */
export interface RelaxationStep {
  kind: Relaxation['kind'];
  cost: number;
  apply(criteria: SearchCriteria, stations: StationDirectory): SearchCriteria | null;
}

const CLASSES: readonly EstateClass[] = ['A', 'B+', 'B', 'C'];
/** A neighbouring station is one within this straight line; about a stop or two in the centre. */
const NEIGHBOUR_METERS = 2_500;

const toHundredths = (value: number) => Number(value.toFixed(2));

const budget = (percent: number) => (criteria: SearchCriteria) =>
  criteria.budgetMax === undefined
    ? null
    : { ...criteria, budgetMax: toHundredths((criteria.budgetMax * (100 + percent)) / 100) };

const area = (percent: number) => (criteria: SearchCriteria) => {
  if (criteria.areaMin === undefined && criteria.areaMax === undefined) return null;
  return {
    ...criteria,
    ...(criteria.areaMin !== undefined && { areaMin: toHundredths((criteria.areaMin * (100 - percent)) / 100) }),
    ...(criteria.areaMax !== undefined && { areaMax: toHundredths((criteria.areaMax * (100 + percent)) / 100) }),
  };
};

/** Adds the `count` nearest stations to those asked. */
const neighbours = (count: number) => (criteria: SearchCriteria, directory: StationDirectory) => {
  const asked = criteria.stations ?? [];
  if (asked.length === 0) return null;
  const near = new Map<string, number>();
  for (const station of asked) {
    for (const { name, meters } of directory.neighbours(station, NEIGHBOUR_METERS)) {
      if (!asked.includes(name)) near.set(name, Math.min(meters, near.get(name) ?? meters));
    }
  }
  const added = [...near].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).slice(0, count);
  return added.length === 0 ? null : { ...criteria, stations: [...asked, ...added.map(([name]) => name)] };
};

const anyPlace = (criteria: SearchCriteria) => {
  if (!criteria.stations?.length && !criteria.districts?.length) return null;
  const { stations: _stations, districts: _districts, ...rest } = criteria;
  return rest;
};

const classStep = (criteria: SearchCriteria) => {
  if (!criteria.classes?.length) return null;
  const wider = CLASSES.filter((_, index) =>
    criteria.classes!.some((chosen) => Math.abs(CLASSES.indexOf(chosen) - index) <= 1),
  );
  return wider.length === criteria.classes.length ? null : { ...criteria, classes: wider };
};

const anyFitOut = (criteria: SearchCriteria) => {
  if (!criteria.fitOut) return null;
  const { fitOut: _fitOut, ...rest } = criteria;
  return rest;
};

/** `ready` becomes any commissioning; a quarter moves a year later. */
const laterReadiness = (criteria: SearchCriteria) => {
  if (criteria.readiness === undefined) return null;
  if (criteria.readiness === 'ready') {
    const { readiness: _readiness, ...rest } = criteria;
    return rest;
  }
  return { ...criteria, readiness: `${Number(criteria.readiness.slice(0, 4)) + 1}${criteria.readiness.slice(4)}` };
};

/**
 * The table of relaxations, cheapest first. The order is the product's: what can be mended for money later (fit-out) and
 * what is near the wish (a neighbouring station, a tenth of the budget) goes before what changes the wish itself.
 * Of each kind only the cheapest step that finds something is offered.
 */
export const RELAXATION_STEPS: readonly RelaxationStep[] = [
  { kind: 'fitOut', cost: 1, apply: anyFitOut },
  { kind: 'budget', cost: 2, apply: budget(10) },
  { kind: 'place', cost: 3, apply: neighbours(3) },
  { kind: 'area', cost: 4, apply: area(20) },
  { kind: 'class', cost: 5, apply: classStep },
  { kind: 'budget', cost: 6, apply: budget(20) },
  { kind: 'place', cost: 7, apply: neighbours(8) },
  { kind: 'readiness', cost: 8, apply: laterReadiness },
  { kind: 'budget', cost: 9, apply: budget(30) },
  { kind: 'area', cost: 10, apply: area(40) },
  { kind: 'place', cost: 11, apply: anyPlace },
];
