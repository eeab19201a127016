import { existsSync, readFileSync } from 'node:fs';
import { EstatesError } from '../errors.js';
import { ADJUSTMENTS, type AdjustmentSource, type AdjustmentTable } from './adjustments.js';

/** Beyond these a coefficient is a slip of the pen; level 1 is the best class, finished premises, the first floor. */
const BOUNDS = { class: [0.2, 1.5], fitOut: [0.3, 1.5], bargain: [0.5, 1], floor: [0.3, 1.5] } as const;
const PLACES = 4;

type Group = keyof typeof BOUNDS;

function fail(field: string, problem: string): never {
  throw new EstatesError('INVALID_ADJUSTMENTS', `adjustments: ${field} ${problem}`, { field, problem });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function coefficient(group: Group, field: string, value: unknown): number {
  const [min, max] = BOUNDS[group];
  if (typeof value !== 'number' || !(value >= min && value <= max))
    fail(field, `must be a number from ${min} to ${max}`);
  if (Number(value.toFixed(PLACES)) !== value) fail(field, `must have at most ${PLACES} decimals`);
  return value;
}

function sourceOf(group: Group, { source, date }: Record<string, unknown>): AdjustmentSource {
  if (typeof source !== 'string' || source.trim() === '' || source.length > 300) {
    fail(`${group}.source`, 'must say where the coefficients come from, in 1 to 300 characters');
  }
  if (typeof date !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date))) {
    fail(`${group}.date`, 'must be the date of the source, YYYY-MM-DD');
  }
  return { source, date, mark: 'owner' };
}

/** Names of a group's coefficients with the values given; a name that is not known or is missing is refused. */
function levels<Name extends string>(group: Group, names: readonly Name[], given: Record<string, unknown>) {
  const extra = Object.keys(given).find((name) => !['source', 'date', ...names].includes(name));
  if (extra !== undefined) fail(`${group}.${extra}`, `is not known; expected ${names.join(', ')}, source, date`);
  return Object.fromEntries(
    names.map((name) => [name, coefficient(group, `${group}.${name}`, given[name])] as const),
  ) as Record<Name, number>;
}

function group<T>(
  owner: Record<string, unknown>,
  name: Group,
  read: (given: Record<string, unknown>) => T,
  known: T,
): T {
  const given = owner[name];
  if (given === undefined) return known;
  if (!isRecord(given)) fail(name, 'must be an object');
  return read(given);
}

/**
 * The owner's adjustments over the defaults: groups `class`, `fitOut`, `bargain` and `floor` may be given, each whole, within
 * bounds and with its source and date. Throws `INVALID_ADJUSTMENTS` naming the field and what is allowed.
 */
export function adjustmentsOf(owner: unknown): AdjustmentTable {
  if (!isRecord(owner)) fail('the file', 'must hold an object');
  const extra = Object.keys(owner).find((name) => !(name in BOUNDS));
  if (extra !== undefined) fail(extra, `is not known; expected ${Object.keys(BOUNDS).join(', ')}`);
  const sourced =
    <Name extends string>(name: Group, names: readonly Name[]) =>
    (given: Record<string, unknown>) => ({
      ...levels(name, names, given),
      from: sourceOf(name, given),
    });
  return {
    class: group(owner, 'class', sourced('class', ['A', 'B+', 'B', 'C']), ADJUSTMENTS.class),
    fitOut: group(owner, 'fitOut', sourced('fitOut', ['shell', 'partial', 'ready']), ADJUSTMENTS.fitOut),
    bargain: group(owner, 'bargain', sourced('bargain', ['rent', 'sale']), ADJUSTMENTS.bargain),
    floor: group(
      owner,
      'floor',
      (given) => {
        const { belowGround, first, second, above } = levels(
          'floor',
          ['belowGround', 'first', 'second', 'above'],
          given,
        );
        return { bands: [belowGround, first, second, above] as const, from: sourceOf('floor', given) };
      },
      ADJUSTMENTS.floor,
    ),
    tables: ADJUSTMENTS.tables,
  };
}

/** {@link adjustmentsOf} of a JSON file; the defaults when there is none. */
export function readAdjustments(file: string): AdjustmentTable {
  if (!existsSync(file)) return ADJUSTMENTS;
  let owner: unknown;
  try {
    owner = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    fail('the file', 'is not valid JSON');
  }
  return adjustmentsOf(owner);
}
