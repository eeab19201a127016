// `npm run -s nlu`: UTF-8 lines on stdin, one JSON object a line on stdout.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Understanding } from './types.js';
import { understand } from './understand.js';

/** Quantities with their keys in the order of the contract: min, max, unit, start, end. */
const line = (reading: Understanding): string =>
  JSON.stringify({
    ...reading,
    quantities: reading.quantities.map(({ min, max, unit, start, end, ...rest }) => ({
      min,
      max,
      unit,
      start,
      end,
      ...rest,
    })),
  });

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

let first = true;
for await (const raw of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const text = first ? raw.replace(/^\uFEFF/, '') : raw;
  first = false;
  if (!process.stdout.write(`${line(understand(text))}\n`)) await once(process.stdout, 'drain');
}
