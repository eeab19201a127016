import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Estate } from '../types.js';
import { generateCatalogue } from './generate.js';

const folder = mkdtempSync(path.join(tmpdir(), 'wewall-photos-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (file: string) => readFileSync(path.join(folder, file));
const estates = (directory: string) =>
  read(path.join(directory, 'estates.jsonl'))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Estate);

describe('photos of the synthetic catalogue', () => {
  it('are drawn for the first buildings, the same every time, and change nothing else', async () => {
    await generateCatalogue({ estates: 6, seed: 3, photos: 4, directory: path.join(folder, 'a') });
    await generateCatalogue({ estates: 6, seed: 3, photos: 4, directory: path.join(folder, 'b') });
    await generateCatalogue({ estates: 6, seed: 3, directory: path.join(folder, 'plain') });
    const pictured = estates('a');
    expect(pictured.map(({ photos }) => photos)).toEqual([
      ['/assets/photos/e000001.webp'],
      ['/assets/photos/e000002.webp'],
      ['/assets/photos/e000003.webp'],
      ['/assets/photos/e000004.webp'],
      [],
      [],
    ]);
    expect(pictured.map((estate) => ({ ...estate, photos: [] }))).toEqual(estates('plain'));
    for (const id of ['e000001', 'e000004']) {
      const drawn = read(`a/photos/${id}.webp`);
      expect(drawn.subarray(8, 12).toString()).toBe('WEBP');
      expect(drawn.equals(read(`b/photos/${id}.webp`))).toBe(true);
    }
  });
});
