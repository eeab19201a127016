import path from 'node:path';
import { parseArgs } from 'node:util';
import { generateCatalogue } from '../generator/generate.js';

const MAX_ESTATES = 1_000_000;
const MAX_PHOTOS = 2_000;

const { values } = parseArgs({
  options: {
    estates: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    photos: { type: 'string', default: '0' },
    out: { type: 'string' },
  },
});
const estates = Number(values.estates);
const seed = Number(values.seed);
const photos = Number(values.photos);
if (
  !values.out ||
  !Number.isInteger(estates) ||
  estates < 1 ||
  estates > MAX_ESTATES ||
  !Number.isInteger(seed) ||
  seed < 0 ||
  !Number.isInteger(photos) ||
  photos < 0 ||
  photos > MAX_PHOTOS
) {
  console.error(
    `usage: npm run data:generate -- --estates N (1–${MAX_ESTATES}) --seed S (an integer ≥ 0) --out DIR [--photos N (0–${MAX_PHOTOS}, drawn)]`,
  );
  process.exit(2);
}
const directory = path.resolve(values.out);
await generateCatalogue({
  estates,
  seed,
  photos,
  directory,
  onProgress: (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} / ${estates} buildings`);
  },
});
if (process.stderr.isTTY) process.stderr.write('\n');
console.log(`synthetic catalogue: ${estates} buildings, seed ${seed}, written to ${directory}`);
