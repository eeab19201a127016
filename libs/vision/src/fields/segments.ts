import type { RecognisedText } from '../ports.js';

/** One statement of a text: a line, or a part of it between separators. */
export interface Segment {
  text: string;
  /** Number of its line. */
  line: number;
  /** 0 to 1: of the words it was read from. */
  confidence: number;
}

const MAX_LINES = 400;
const MAX_LENGTH = 300;
/** Signs ads put between facts of one line. A vertical stroke is one unless it stands in a word. */
const SEPARATOR = /\s+[·•●▪|;]\s+|\s{3,}|\t/u;

/**
 * Text that addresses a program or tells somebody to write values down. A picture's text is never obeyed; such a statement is not even
 * read for facts, because what it states is what its author wants to be stored.
 */
const INSTRUCTION =
  /игнорир|забудь|инструкци|предыдущ\p{L}* (?:указан|правил)|прошл\p{L}* указан|(?:^|[^\p{L}])(?:система|бот|ассистент|нейросеть|модель|chatgpt|gpt|system|assistant|user|prompt|промпт|ignore|instruction|override)(?:[^\p{L}]|$)|(?:^|[^\p{L}])(?:считай|запиши|установи|поставь|укажи|ответь|верни|вызови|выведи|напиши)(?:[^\p{L}]|$)|\bset\s.+\bto\b|<\/?\p{L}+>|\{\{|```/iu;

/** Cuts a text into statements and leaves out those that read like instructions. */
export function segmentsOf({ text, confidence, words }: RecognisedText): Segment[] {
  const known = new Map<string, number>();
  for (const word of words) known.set(word.text, Math.min(known.get(word.text) ?? 1, word.confidence));
  return text
    .split('\n')
    .slice(0, MAX_LINES)
    .filter((line) => !INSTRUCTION.test(line))
    .flatMap((line, number) =>
      line
        .slice(0, MAX_LENGTH)
        .split(SEPARATOR)
        .map((part) => part.replace(/\s+/gu, ' ').trim())
        .filter(Boolean)
        .map((part) => ({ text: part, line: number, confidence: meanConfidence(part, known, confidence) })),
    );
}

function meanConfidence(part: string, known: ReadonlyMap<string, number>, otherwise: number): number {
  const found = part.split(' ').flatMap((word) => known.get(word) ?? []);
  return found.length ? found.reduce((sum, value) => sum + value, 0) / found.length : otherwise;
}
