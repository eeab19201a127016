// `npm run nlu:train`: cross-validates and writes the linear models of libs/nlu (intents, steps back, agreement). `--check` only cross-validates.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AGREEMENTS } from '../agreement/labels.js';
import {
  type AgreementPhrase,
  crossValidateAgreement,
  isOpen,
  trainAgreement,
} from '../agreement/training/training.js';
import { backByWordings, inBackWords } from '../back/back.js';
import { BACKS } from '../back/labels.js';
import { type BackPhrase, crossValidateBack, trainBack } from '../back/training/training.js';
import { parseLines } from '../eval/evaluation.js';
import { INTENTS } from '../intent/labels.js';
import { crossValidate, type TrainingPhrase, train } from '../intent/training/training.js';
import { inCyrillic } from '../transliteration/in-cyrillic.js';
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
  ...['intent', 'intent.blind', 'intent.blind2', 'round7/intent', 'round7b/intent'].flatMap((name) =>
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
/** Rounds that were measured and mended; the newest one is held out. */
const ROUNDS = ['round7', 'round7b', 'round8a'];
const FORWARD_WEIGHT = 0.5;
const OPEN_WEIGHT = 0.3;
/** Answers and requests in sets made for other readers: unless a wording sees more in them, they go forward. */
const forward = setsOf(/^(?:agreement|numbers|quantities|slots|traps)/)
  .flatMap((name) => set<{ text: string }>(name))
  .filter(({ text }) => backByWordings(inBackWords(readUtterance(inCyrillic(text)?.text ?? text))) === 'none')
  .map(({ text }): BackPhrase => ({ text, expected: 'none', weight: FORWARD_WEIGHT }));
const backs = unique<BackPhrase>([
  ...forward,
  ...ownIntents
    .filter(({ expected }) => FORWARD.has(expected))
    .map(({ text }): BackPhrase => ({ text, expected: 'none', weight: FORWARD_WEIGHT })),
  ...setsOf(/^back/).flatMap((round) => set<BackPhrase>(round).map((phrase) => ({ ...phrase, round }))),
  ...parsePhrases(readFileSync(path.join(library, 'back/training/phrases.txt'), 'utf8'), BACKS, 'none'),
]);
const answers = unique<AgreementPhrase>([
  ...setsOf(/^(?:back|intent|numbers|slots|traps)/)
    .flatMap((name) => set<{ text: string }>(name))
    .filter(({ text }) => isOpen(text))
    .map(({ text }): AgreementPhrase => ({ text, expected: 'unclear', weight: OPEN_WEIGHT })),
  ...parsePhrases(readFileSync(path.join(library, 'agreement/training/phrases.txt'), 'utf8'), AGREEMENTS, 'unclear'),
  ...setsOf(/^agreement/).flatMap((round) => set<AgreementPhrase>(round).map((phrase) => ({ ...phrase, round }))),
]);
console.log(`agreement: ${answers.length} phrases`);
for (const { certainty, right, swaps, captured } of crossValidateAgreement(answers))
  console.log(
    `  certainty ${certainty.toFixed(2)}: ${percent(right)} right, ${swaps} swaps, ${percent(captured)} of unclear captured`,
  );
write('agreement/agreement-model.json', trainAgreement(answers), AGREEMENTS);

console.log(`back: ${backs.length} phrases`);
for (const { certainty, right, captured } of crossValidateBack(backs))
  console.log(`  certainty ${certainty.toFixed(2)}: ${percent(right)} right, ${percent(captured)} of none captured`);
write('back/back-model.json', trainBack(backs), BACKS);

/** Names of the sets to learn from whose file names match, in the order of their names. */
function setsOf(name: RegExp): string[] {
  return ['', ...ROUNDS].flatMap((folder) =>
    (existsSync(path.join(sets, folder)) ? readdirSync(path.join(sets, folder)) : [])
      .filter((file) => file.endsWith('.jsonl') && name.test(file))
      .sort()
      .map((file) => path.join(folder, path.basename(file, '.jsonl'))),
  );
}
