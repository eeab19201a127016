// Brings dist/ up to date and runs one entry in this process: `node ci/run.mjs apps/all-in-one/src/main --flag`.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from './build.mjs';

const [entry, ...rest] = process.argv.slice(2);
if (!entry) {
  console.error('usage: node ci/run.mjs <entry without extension> [arguments]');
  process.exit(2);
}
process.setSourceMapsEnabled(true);
await build({ log: (line) => console.error(line) });
const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', 'dist', `${entry}.js`);
process.argv = [process.argv[0], file, ...rest];
await import(pathToFileURL(file).href);
