// `npm run bench -- [name] [--flag]`: runs test/bench/<name>.ts, or all of them; a benchmark reads its own flags.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bench, BenchReport } from './report.js';

const NAMES = ['turn', 'nlu', 'analogs', 'finance', 'queue', 'vision', 'catalogue'];
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`unknown benchmark ${unknown.join(', ')}; there are: ${NAMES.join(' ')}\n`);
  process.exit(2);
}

for (const name of wanted.length > 0 ? wanted : NAMES) {
  const file = path.join(import.meta.dirname, `${name}.js`);
  if (!existsSync(file)) {
    process.stderr.write(`benchmark ${name} is not built in this version\n`);
    process.exitCode = 1;
    continue;
  }
  const { run } = (await import(pathToFileURL(file).href)) as { run: Bench };
  const report = new BenchReport(name);
  await run(report);
  report.table();
}
