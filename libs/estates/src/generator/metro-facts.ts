import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Facts about a station: the ground the synthetic catalogue stands on. */
export interface MetroFact {
  line: string;
  name: string;
  lat: number;
  lon: number;
  aliases: string[];
}

/** Reads the table of facts beside this file. */
export function readMetroFacts(): MetroFact[] {
  return readFileSync(path.join(import.meta.dirname, 'moscow-metro.tsv'), 'utf8')
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('#'))
    .map((row) => {
      const [line, name, lat, lon, aliases] = row.split('\t');
      return {
        line: line!,
        name: name!,
        lat: Number(lat),
        lon: Number(lon),
        aliases: aliases ? aliases.split('|') : [],
      };
    });
}
