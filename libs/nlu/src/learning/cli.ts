// `npm run nlu:train`: cross-validates and writes intent-model.json and back-model.json of libs/nlu. `--check` only cross-validates.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { backByWordings, inBackWords } from '../back/back.js';
import { BACKS } from '../back/labels.js';
import { type BackPhrase, crossValidateBack, trainBack } from '../back/training/training.js';
import { parseLines } from '../eval/evaluation.js';
import { INTENTS } from '../intent/labels.js';
import { crossValidate, type TrainingPhrase, train } from '../intent/training/training.js';
import { readUtterance } from '../utterance/utterance.js';
import { parsePhrases, quantise } from './learn.js';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const library = path.resolve('libs/nlu/src');
const sets = path.resolve('test/nlu');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const set = <T>(name: string): T[] => parseLines<T>(readFileSync(path.join(sets, `${name}.jsonl`), 'utf8'));
const unique = <T extends { text: string }>(phrases: readonly T[]): T[] => [
  ...new Map(phrases.map((phrase) => [phrase.text.toLowerCase(), phrase])).values(),
];
const write = (file: string, weights: Float32Array, labels: readonly string[]): void => {
  if (!values.check) writeFileSync(path.join(library, file), `${JSON.stringify(quantise(weights, labels))}\n`);
};

const ownIntents = parsePhrases(
  readFileSync(path.join(library, 'intent/training/phrases.txt'), 'utf8'),
  INTENTS,
  'other',
);
const intents = unique<TrainingPhrase>([
  ...ownIntents,
  ...['intent', 'intent.blind', 'intent.blind2'].flatMap((name) =>
    set<TrainingPhrase>(name).map((phrase) => ({ ...phrase, knownToRules: true })),
  ),
  ...set<TrainingPhrase>('intent.blind3'),
  ...set<TrainingPhrase>('intent.blind4'),
]);
console.log(`intent: ${intents.length} phrases`);
for (const { threshold, right, captured } of crossValidate(intents, 5))
  console.log(`  threshold ${threshold.toFixed(2)}: ${percent(right)} right, ${percent(captured)} of other captured`);
write('intent/intent-model.json', train(intents), INTENTS);

/** Whoever asks for one of these neither steps back nor corrects. */
const FORWARD = new Set(['restart', 'menu', 'search', 'calculate', 'value', 'about', 'market', 'manager', 'contact']);
/** Answers and requests in sets made for other readers: unless a wording sees more in them, they go forward. */
const forward = readdirSync(sets)
  .filter((file) => /^(?:agreement|numbers|quantities|slots).*\.jsonl$/.test(file))
  .sort()
  .flatMap((file) => set<{ text: string }>(path.basename(file, '.jsonl')))
  .filter(({ text }) => backByWordings(inBackWords(readUtterance(text))) === 'none')
  .map(({ text }): BackPhrase => ({ text, expected: 'none' }));
const backs = unique<BackPhrase>([
  ...forward,
  ...ownIntents
    .filter(({ expected }) => FORWARD.has(expected))
    .map(({ text }): BackPhrase => ({ text, expected: 'none' })),
  ...readdirSync(sets)
    .filter((file) => file.startsWith('back') && file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => set<BackPhrase>(path.basename(file, '.jsonl'))),
  ...parsePhrases(readFileSync(path.join(library, 'back/training/phrases.txt'), 'utf8'), BACKS, 'none'),
]);
const { right, captured } = crossValidateBack(backs, 5);
console.log(`back: ${backs.length} phrases\n  ${percent(right)} right, ${percent(captured)} of none captured`);
write('back/back-model.json', trainBack(backs), BACKS);
