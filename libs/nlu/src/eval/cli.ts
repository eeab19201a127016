// `npm run eval`: accuracy, confusion and misses over test/nlu/*.jsonl.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  evaluateLabels,
  evaluateSlots,
  type LabelledPhrase,
  type LabelledReader,
  parseLines,
  type SlotPhrase,
  swaps,
} from './evaluation.js';

const folder = path.resolve('test/nlu');
const READERS: readonly LabelledReader[] = ['agreement', 'back', 'intent'];
for (const file of readdirSync(folder).sort()) {
  const reader = READERS.find((name) => file.startsWith(name));
  if (!file.endsWith('.jsonl') || (!reader && !file.startsWith('slots'))) continue;
  const jsonl = readFileSync(path.join(folder, file), 'utf8');
  const result = reader
    ? evaluateLabels(reader, parseLines<LabelledPhrase>(jsonl))
    : evaluateSlots(parseLines<SlotPhrase>(jsonl));
  const share = ((100 * result.right) / result.total).toFixed(1);
  const note = reader === 'agreement' ? `, ${swaps(result)} swaps of yes and no` : '';
  console.log(`${file}: ${result.right}/${result.total} = ${share} %${note}`);
  if (reader)
    for (const [pair, count] of [...result.confusion].sort((a, b) => b[1] - a[1])) console.log(`  ${count} × ${pair}`);
  for (const miss of result.misses.slice(0, 60))
    console.log(`    «${miss.text}»: ${miss.expected}, read ${miss.actual}`);
}
