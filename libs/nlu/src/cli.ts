// `npm run -s nlu`: UTF-8 lines on stdin, one JSON object a line on stdout.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { understand } from './understand.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

let first = true;
for await (const raw of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const line = first ? raw.replace(/^\uFEFF/, '') : raw;
  first = false;
  if (!process.stdout.write(`${JSON.stringify(understand(line))}\n`)) await once(process.stdout, 'drain');
}
