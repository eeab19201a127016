import type { Collection } from '../catalogue/catalogue.js';
import { scaleDecimal } from '../money.js';
import { isReadiness } from '../readiness.js';

/** A field that is wrong: its path in the record and why. */
export interface FieldProblem {
  field: string;
  problem: string;
}

/** Reports what is wrong with a value at a path. */
type Rule = (value: unknown, path: string, problems: FieldProblem[]) => void;

const check =
  (passes: (value: unknown) => boolean, problem: string): Rule =>
  (value, field, problems) => {
    if (!passes(value)) problems.push({ field, problem: value === undefined ? 'is missing' : problem });
  };

const text = (max: number, min = 1) =>
  check(
    (value) =>
      typeof value === 'string' && value.trim().length >= min && value.length <= max && !value.includes('\u0000'),
    `must be a text of ${min} to ${max} characters`,
  );
const oneOf = (...allowed: string[]) =>
  check((value) => allowed.includes(value as string), `must be one of ${allowed.join(', ')}`);
const number = (min: number, max: number) =>
  check((value) => typeof value === 'number' && value >= min && value <= max, `must be a number from ${min} to ${max}`);
const integer = (min: number, max: number) =>
  check(
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    `must be an integer from ${min} to ${max}`,
  );
const flag = check((value) => typeof value === 'boolean', 'must be true or false');

const hasDecimals = (value: number, places: number) => {
  try {
    scaleDecimal(value, places);
    return true;
  } catch {
    return false;
  }
};
const decimal = (min: number, max: number, places: number) =>
  check(
    (value) => typeof value === 'number' && value >= min && value <= max && hasDecimals(value, places),
    `must be a number from ${min} to ${max} with at most ${places} decimals`,
  );
const money = (min = 0.01, max = 1_000_000_000) => decimal(min, max, 2);

const optional =
  (rule: Rule): Rule =>
  (value, path, problems) => {
    if (value !== undefined && value !== null) rule(value, path, problems);
  };

const list =
  (item: Rule, max: number): Rule =>
  (value, path, problems) => {
    if (!Array.isArray(value) || value.length > max) {
      problems.push({ field: path, problem: value === undefined ? 'is missing' : `must be a list of at most ${max}` });
      return;
    }
    value.forEach((element, index) => {
      item(element, `${path}[${index}]`, problems);
    });
  };

const record = (fields: Record<string, Rule>): Rule => {
  const entries = Object.entries(fields);
  return (value, path, problems) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.push({ field: path || '(record)', problem: 'must be an object' });
      return;
    }
    for (const [name, rule] of entries) {
      rule((value as Record<string, unknown>)[name], path ? `${path}.${name}` : name, problems);
    }
  };
};

const id = check(
  (value) => typeof value === 'string' && /^[\p{L}\p{N}._:-]{1,128}$/u.test(value),
  'must be an id of 1 to 128 letters, digits and ._:-',
);
const date = check(
  (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString().startsWith(value),
  'must be a date YYYY-MM-DD',
);
const timestamp = check(
  (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value)),
  'must be an ISO timestamp',
);
const readiness = check(
  (value) => typeof value === 'string' && isReadiness(value),
  'must be "ready" or a quarter YYYY-Qn',
);
/** A path served by us or an https address; never script. */
const photo = check(
  (value) =>
    typeof value === 'string' &&
    value.length <= 1_000 &&
    /^(?:https:\/\/|\/|[\w-])[^\s<>"]*$/.test(value) &&
    !/^\w+:(?!\/\/)/.test(value),
  'must be a path or an https address',
);

const lot = record({
  id,
  deal: oneOf('rent', 'sale'),
  area: decimal(0.01, 10_000_000, 2),
  price: money(0.01, 40_000_000),
  vatIncluded: flag,
  floor: integer(-20, 300),
  fitOut: oneOf('shell', 'partial', 'ready'),
  layout: text(500, 0),
  availableFrom: date,
  monthlyRent: optional(money()),
  description: text(20_000, 0),
  status: oneOf('available', 'reserved', 'withdrawn'),
});

/** Rules of each collection's record; fields not named here are ignored. */
const SCHEMAS: Record<Collection, Rule> = {
  estates: record({
    id,
    name: text(500),
    address: text(1_000),
    lat: number(-90, 90),
    lon: number(-180, 180),
    district: text(100),
    kind: oneOf('office', 'retail', 'warehouse'),
    class: oneOf('A', 'B+', 'B', 'C'),
    readiness,
    floors: integer(1, 300),
    metro: list(record({ station: text(200), walkMeters: number(0, 100_000) }), 50),
    photos: list(photo, 100),
    updatedAt: timestamp,
    lots: list(lot, 5_000),
  }),
  subway_stations: record({
    id,
    name: text(200),
    aliases: list(text(200), 50),
    line: text(200),
    lat: number(-90, 90),
    lon: number(-180, 180),
    priceA: money(),
    priceB: money(),
    rentA: money(),
    rentB: money(),
    averageCadastralValue: money(0),
  }),
  square_coeffs: record({
    minArea: decimal(0, 1_000_000_000, 2),
    maxArea: optional(decimal(0, 1_000_000_000, 2)),
    coefficient: decimal(0.000001, 1_000, 6),
  }),
  way_to_subway_coeffs: record({
    minMeters: decimal(0, 1_000_000_000, 2),
    maxMeters: optional(decimal(0, 1_000_000_000, 2)),
    coefficient: decimal(0.000001, 1_000, 6),
  }),
  messages: record({
    key: check(
      (value) => typeof value === 'string' && /^[A-Za-z0-9_.:-]{1,200}$/.test(value),
      'must be a key of 1 to 200 Latin letters, digits and _.:-',
    ),
    text: text(20_000),
    buttons: optional(
      list(
        record({
          text: text(100),
          payload: check(
            (value) => typeof value === 'string' && value.length > 0 && Buffer.byteLength(value) <= 64,
            'must be 1 to 64 bytes',
          ),
        }),
        50,
      ),
    ),
  }),
};

/** What is wrong with a record; empty when it is sound. */
export function recordProblems(collection: Collection, value: unknown): FieldProblem[] {
  const problems: FieldProblem[] = [];
  SCHEMAS[collection](value, '', problems);
  return problems;
}
