// `npm run eval [-- folder or part of a file name …]`: accuracy, confusion and misses over test/nlu/**/*.jsonl, or over another folder.
// `npm run eval -- --fuzz [messages] [seed]`: the slowest of so many fuzzed messages (200,000).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  captured,
  type Evaluation,
  evaluateLabels,
  evaluateNumbers,
  evaluateSlots,
  type LabelledPhrase,
  type LabelledReader,
  type NumberPhrase,
  parseLines,
  type SlotPhrase,
  swaps,
} from './evaluation.js';
import { readingTimes } from './reading-times.js';

const [first, ...rest] = process.argv.slice(2);
const folder = first && existsSync(first) ? path.resolve(first) : path.resolve('test/nlu');
const parts = first && !existsSync(first) ? [first, ...rest] : rest;

const READERS: readonly LabelledReader[] = ['agreement', 'back', 'intent'];
/** The label whose phrases must not be taken for anything else. */
const QUIET: Readonly<Record<LabelledReader, string>> = { agreement: 'unclear', back: 'none', intent: 'other' };

interface Judged {
  result: Evaluation;
  note: string;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function judge(name: string, jsonl: string): Judged | undefined {
  const set = path.basename(name);
  const reader = READERS.find((label) => set.startsWith(label));
  if (reader) {
    const phrases = parseLines<LabelledPhrase>(jsonl);
    const result = evaluateLabels(reader, phrases);
    const lost = `${percent(captured(result, QUIET[reader], phrases))} of ${QUIET[reader]} captured`;
    return { result, note: reader === 'agreement' ? `, ${swaps(result)} swaps of yes and no` : `, ${lost}` };
  }
  if (set.startsWith('slots')) return { result: evaluateSlots(parseLines<SlotPhrase>(jsonl)), note: '' };
  if (set.startsWith('numbers') || set.startsWith('traps'))
    return { result: evaluateNumbers(parseLines<NumberPhrase>(jsonl)), note: '' };
  return undefined;
}

if (first === '--fuzz') {
  tellTimes(Number(rest[0] ?? 200_000), Number(rest[1] ?? 1));
  process.exit();
}

/** Prints how long fuzzed messages take to read. */
function tellTimes(count: number, seed: number): void {
  const { messages, characters, median, rare, first: once, worst, text } = readingTimes(count, seed);
  const ms = (time: number): string => `${time.toFixed(3)} ms`;
  console.log(
    `${messages} fuzzed messages of up to 10,000 characters (${(characters / messages).toFixed(0)} on average), seed ${seed}: none threw`,
  );
  console.log(`median ${ms(median)}, 99.9 % under ${ms(rare)}, slowest ${ms(worst)} (first reading ${ms(once)})`);
  console.log(`slowest: ${JSON.stringify(text.slice(0, 160))}… (${text.length} characters)`);
}

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.jsonl') && parts.every((part) => file.includes(part)))
  .sort();
for (const file of files) {
  const judged = judge(file, readFileSync(path.join(folder, file), 'utf8'));
  if (!judged) continue;
  const { result, note } = judged;
  console.log(`${file}: ${result.right}/${result.total} = ${percent(result.right / result.total)}${note}`);
  if (!file.includes('slots') && !/numbers|traps/.test(file))
    for (const [pair, count] of [...result.confusion].sort((a, b) => b[1] - a[1])) console.log(`  ${count} × ${pair}`);
  for (const miss of result.misses.slice(0, 60))
    console.log(`    «${miss.text}»: ${miss.expected}, read ${miss.actual}`);
}
