import type { ImageFields } from '../../analysis.js';
import type { FieldReader, RecognisedText } from '../../ports.js';
import type { GeneratedAd, StatedFields } from './generated-ad.js';

/** How many ads were read exactly: every stated fact, and none that was not stated. */
export interface FieldScore {
  ads: number;
  exact: number;
  /** Share of the ads in which a field is right: read as stated, or rightly absent. */
  byField: Record<keyof StatedFields, number>;
  /** What went wrong, for the development set. */
  mistakes: { lines: string[]; field: string; stated: unknown; read: unknown }[];
}

const FIELDS = ['areaSqm', 'price', 'deal', 'premises', 'address', 'station', 'floor', 'phone'] as const;

/** Text as a perfect recogniser would give it. */
export const perfectText = (lines: readonly string[]): RecognisedText => ({
  text: lines.join('\n'),
  confidence: 1,
  words: [],
});

/** Compares what a reader reads of each text with what its ad states. */
export function scoreFields(
  reader: FieldReader,
  ads: readonly GeneratedAd[],
  texts: readonly RecognisedText[],
): FieldScore {
  const right = Object.fromEntries(FIELDS.map((field) => [field, 0])) as Record<keyof StatedFields, number>;
  const mistakes: FieldScore['mistakes'] = [];
  let exact = 0;
  for (const [index, { lines, stated }] of ads.entries()) {
    const read = reader.read(texts[index]!, 'document');
    const wrong = FIELDS.filter((field) => !same(stated[field], read[field]));
    for (const field of FIELDS) if (!wrong.includes(field)) right[field] += 1;
    if (wrong.length === 0) exact += 1;
    for (const field of wrong) mistakes.push({ lines, field, stated: stated[field], read: read[field]?.value });
  }
  for (const field of FIELDS) right[field] /= ads.length;
  return { ads: ads.length, exact, byField: right, mistakes };
}

function same(stated: unknown, read: ImageFields[keyof ImageFields]): boolean {
  if (stated === undefined || read === undefined) return stated === undefined && read === undefined;
  const plain = (value: unknown) => JSON.stringify(value).replace(/\s+/gu, ' ').replaceAll('ё', 'е');
  return plain(stated) === plain(read.value);
}
