import type { ModelTask } from './model-manifest.js';

const TASKS: readonly ModelTask[] = ['features', 'probe', 'detect', 'unsafe', 'segment', 'describe', 'ocr'];
const MAX_MODELS = 100;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length < 500;
const isCount = (value: unknown, min = 0): value is number => Number.isSafeInteger(value) && Number(value) >= min;
const isOneOf = (value: unknown, allowed: readonly unknown[]): boolean => allowed.includes(value);
const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every((item) => Number.isFinite(item));

/** Rule of each field: what it must be, and the test. */
const FIELDS: readonly [string, string, (value: unknown) => boolean][] = [
  ['id', 'letters, digits, dots and hyphens', (value) => isText(value) && /^[a-z0-9][a-z0-9.-]{0,63}$/.test(value)],
  ['version', 'a text', isText],
  ['task', `one of ${TASKS.join(', ')}`, (value) => isOneOf(value, TASKS)],
  ['format', 'onnx or probe', (value) => isOneOf(value, ['onnx', 'probe'])],
  ['precision', 'fp32, fp16 or int8', (value) => isOneOf(value, ['fp32', 'fp16', 'int8'])],
  // A name and never a path: a manifest must not lead outside its folder.
  ['file', 'a file name without folders', (value) => isText(value) && /^[A-Za-z0-9][\w.-]{0,127}$/.test(value)],
  ['bytes', 'a whole number', (value) => isCount(value, 1)],
  ['sha256', '64 hex digits', (value) => isText(value) && /^[0-9a-f]{64}$/.test(value)],
  ['licence', 'a text', isText],
  ['source', 'an object', isObject],
  ['input', 'name, layout, width, height, mean, std', isInput],
  ['outputs', 'a list of name and meaning', isOutputs],
  [
    'labels',
    'a list of texts, or nothing',
    (value) => value === undefined || (Array.isArray(value) && value.every(isText)),
  ],
  ['preload', 'true or false', (value) => typeof value === 'boolean'],
  ['idleUnloadMs', 'a whole number', (value) => isCount(value)],
  ['maxBatch', 'a whole number from 1', (value) => isCount(value, 1)],
  ['minRamMb', 'a whole number', (value) => isCount(value)],
];

function isInput(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value.name) &&
    isOneOf(value.layout, ['NHWC', 'NCHW']) &&
    isCount(value.width, 1) &&
    isCount(value.height, 1) &&
    isNumbers(value.mean) &&
    isNumbers(value.std)
  );
}

function isOutputs(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((output) => isObject(output) && isText(output.name) && isText(output.meaning))
  );
}

/** What is wrong with one entry, by field, in sentences; empty when nothing is. */
export function entryProblems(entry: unknown, where: string): string[] {
  if (!isObject(entry)) return [`${where} must be an object`];
  return FIELDS.filter(([field, , holds]) => !holds(entry[field])).map(
    ([field, allowed]) => `${where}.${field} must be ${allowed}`,
  );
}

/** What is wrong with a manifest, in sentences; empty when nothing is. */
export function manifestProblems(manifest: unknown): string[] {
  if (!isObject(manifest) || !Array.isArray(manifest.models)) return ['it must be {"models": […]}'];
  if (manifest.models.length > MAX_MODELS) return [`it names more than ${MAX_MODELS} models`];
  const problems = manifest.models.flatMap((entry, index) => entryProblems(entry, `models[${index}]`));
  const ids = manifest.models.map((entry) => (isObject(entry) ? entry.id : undefined));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? problems : [...problems, `the id ${String(twice)} is given twice`];
}
