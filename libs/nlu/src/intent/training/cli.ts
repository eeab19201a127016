// `npm run nlu:train`: cross-validates and writes libs/nlu/src/intent/intent-model.json. `--check` only cross-validates.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseLines } from '../../eval/evaluation.js';
import type { Intent } from '../../types.js';
import { INTENTS } from '../model.js';
import { crossValidate, quantise, type TrainingPhrase, train } from './training.js';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const folder = path.resolve('libs/nlu/src/intent');

/** `# intent` lines head the phrases of that intent. */
function parsePhrases(text: string): TrainingPhrase[] {
  const phrases: TrainingPhrase[] = [];
  let intent: Intent = 'other';
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const heading = INTENTS.find((name) => line === `# ${name}`);
    if (heading) intent = heading;
    else if (line) phrases.push({ text: line, expected: intent });
  }
  return phrases;
}

const own = parsePhrases(readFileSync(path.join(folder, 'training/phrases.txt'), 'utf8'));
const set = (name: string): TrainingPhrase[] =>
  parseLines<TrainingPhrase>(readFileSync(path.resolve('test/nlu', `${name}.jsonl`), 'utf8'));
const sets = [
  ...['intent', 'intent.blind', 'intent.blind2'].flatMap((name) =>
    set(name).map((phrase) => ({ ...phrase, knownToRules: true })),
  ),
  ...set('intent.blind3'),
  ...set('intent.blind4'),
];
const phrases = [...new Map([...own, ...sets].map((phrase) => [phrase.text.toLowerCase(), phrase])).values()];
console.log(`${phrases.length} phrases`);
for (const { threshold, right, captured } of crossValidate(phrases, 5))
  console.log(
    `threshold ${threshold.toFixed(2)}: ${(100 * right).toFixed(1)} % right, ${(100 * captured).toFixed(1)} % of other captured`,
  );
if (!values.check) {
  const file = quantise(train(phrases));
  writeFileSync(path.join(folder, 'intent-model.json'), `${JSON.stringify(file)}\n`);
}
