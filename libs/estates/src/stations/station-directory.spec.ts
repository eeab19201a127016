import { describe, expect, it } from 'vitest';
import { generateStations } from '../generator/stations.js';
import { StationDirectory } from './station-directory.js';

const stations = generateStations();
const directory = new StationDirectory(stations);

describe('station lookup', () => {
  it.each([
    ['павелецкая', 'Павелецкая'],
    ['м. Павелецкая', 'Павелецкая'],
    ['метро ПАВЕЛЕЦКАЯ', 'Павелецкая'],
    ['станция Щелковская', 'Щёлковская'],
    ['Китай город', 'Китай-город'],
    ['юго западная', 'Юго-Западная'],
    ['Ленинка', 'Библиотека имени Ленина'],
    ['Белоруская', 'Белорусская'],
    ['Таганкая', 'Таганская'],
    ['парк культуры--koltsevaya', null],
  ])('%s → %s', (text, name) => {
    const found = directory.lookup(text);
    expect(found.found ? found.name : null).toBe(name);
  });

  it('refuses a typo in a name shorter than six letters', () => {
    expect(directory.lookup('Фали').found).toBe(false);
  });

  it('offers the closest names of an unknown station and never guesses', () => {
    const found = directory.lookup('Таганрогская');
    expect(found).toMatchObject({ found: false });
    expect(found.found ? [] : found.closest).toContain('Таганская');
  });

  it('takes one name on several lines as one place when coefficients agree, and asks otherwise', () => {
    expect(directory.one('Киевская').name).toBe('Киевская');
    const changed = stations.map((station) =>
      station.name === 'Киевская' && station.line === 'Кольцевая'
        ? { ...station, rentA: station.rentA + 100 }
        : station,
    );
    const other = new StationDirectory(changed);
    expect(() => other.one('Киевская')).toThrowError(expect.objectContaining({ code: 'AMBIGUOUS_STATION' }));
    expect(other.one('Киевская (Кольцевая)').line).toBe('Кольцевая');
  });
});
