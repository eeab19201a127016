import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveStation } from './places.js';
import { STATION_NAMES } from './station-names.js';

const table = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../../../data/subway_stations.json'), 'utf8'),
) as { name: string; aliases: string[] }[];

/** The table tells two halls of one name apart in brackets; letter case is no difference to either side. */
const spoken = (name: string): string => name.replace(/ \(.*\)$/, '').toLowerCase();

describe('station names and the table of the estates', () => {
  it('reads every station of the table by its own name', () => {
    const names = [...new Set(table.map(({ name }) => spoken(name)))];
    expect(names.filter((name) => resolveStation(name) === undefined)).toEqual([]);
  });

  it('gives only names that the table knows by name or alias', () => {
    const known = new Set(table.flatMap(({ name, aliases }) => [name, ...aliases].map(spoken)));
    expect(STATION_NAMES.filter((name) => !known.has(spoken(resolveStation(name) ?? name)))).toEqual([]);
  });
});
