import type { RecognisedText, RecognisedWord } from '../ports.js';
import { repairText } from './repair.js';

/** A word with the line it stands in, as Tesseract's table gives it. */
export interface PlacedWord extends RecognisedWord {
  /** Words of equal keys stand in one line. */
  line: string;
}

/** Words of Tesseract's `tsv` output: rows of level 5 that have text and a confidence. Coordinates are divided by `scale`. */
export function parseTsv(tsv: string, scale = 1): PlacedWord[] {
  const words: PlacedWord[] = [];
  for (const row of tsv.split('\n')) {
    const cells = row.split('\t');
    const [level, , block, paragraph, line, , left, top, width, height, confidence, ...rest] = cells;
    const text = rest.join('\t').trim();
    if (level !== '5' || text === '' || Number(confidence) < 0) continue;
    words.push({
      text,
      confidence: Math.min(1, Number(confidence) / 100),
      line: `${block}.${paragraph}.${line}`,
      box: {
        left: Number(left) / scale,
        top: Number(top) / scale,
        width: Number(width) / scale,
        height: Number(height) / scale,
      },
    });
  }
  return words;
}

/** Words under this confidence are noise of lines and shades, not text. */
const NOISE = 0.25;
/** Signs that stand alone in a text. Others, and these when unsure or far from words, are strokes of a drawing. */
const LONE_SIGN = /^[—–\-·•№%&=+×:;/«»"()]{1,2}$/u;
const SURE_SIGN = 0.5;

/** Joins words into lines, mends common confusions, and weighs the confidence by the words' lengths. */
export function composeText(placed: readonly PlacedWord[]): RecognisedText {
  const isWord = ({ confidence, text }: PlacedWord) => confidence >= NOISE && /[\p{L}\d₽]/u.test(text);
  const lineWithWords = new Set(
    placed.filter((word) => isWord(word) && word.confidence >= SURE_SIGN).map(({ line }) => line),
  );
  const words = placed.filter(
    (word) =>
      isWord(word) || (LONE_SIGN.test(word.text) && word.confidence >= SURE_SIGN && lineWithWords.has(word.line)),
  );
  const lines = new Map<string, string[]>();
  for (const { line, text } of words) lines.set(line, [...(lines.get(line) ?? []), text]);
  let [letters, sum] = [0, 0];
  for (const { text, confidence } of words) {
    letters += text.length;
    sum += text.length * confidence;
  }
  return {
    text: repairText([...lines.values()].map((line) => line.join(' ')).join('\n')),
    confidence: letters === 0 ? 0 : sum / letters,
    words: words.map(({ text, confidence, box }) => ({ text: repairText(text), confidence, box })),
  };
}

/** How much was read, and how surely: the better of two readings has the larger. */
export function readingScore({ words }: Pick<RecognisedText, 'words'>): number {
  return words.reduce((sum, { text, confidence }) => sum + text.length * confidence ** 2, 0);
}
