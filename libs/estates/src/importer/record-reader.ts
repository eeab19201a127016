import { createReadStream } from 'node:fs';

/** One record of a file: its value or why it is not one. `line` is where the record starts, from 1. */
export type FileRecord = { line: number; value: unknown } | { line: number; problem: string };

/** A record larger than this is refused: no building has megabytes of facts. */
const MAX_RECORD_CHARACTERS = 4_000_000;

const parse = (line: number, text: string): FileRecord => {
  try {
    return { line, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { line, problem: `not valid JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
};

const tooLong = (line: number): FileRecord => ({
  line,
  problem: `the record is longer than ${MAX_RECORD_CHARACTERS} characters`,
});

async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let line = 1;
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    for (const part of parts) {
      if (part.trim() !== '') yield parse(line, part);
      line++;
    }
    if (rest.length > MAX_RECORD_CHARACTERS) return yield tooLong(line);
  }
  if (rest.trim() !== '') yield parse(line, rest);
}

/** Cuts `[ {…}, {…} ]` into its elements without holding the array: tracks strings and nesting only. */
async function* elements(chunks: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let line = 1;
  let start = 1;
  let depth = 0;
  let text = '';
  let inString = false;
  let escaped = false;
  let closed = false;
  for await (const chunk of chunks) {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const character = chunk[i]!;
      if (character === '\n') line++;
      if (closed) {
        if (character.trim() !== '') return yield { line, problem: 'text after the end of the array' };
      } else if (inString) {
        if (escaped) escaped = false;
        else if (character === '\\') escaped = true;
        else if (character === '"') inString = false;
      } else if (character === '"') {
        inString = true;
      } else if (character === '{' || character === '[') {
        if (depth === 1) {
          if (text.trim() !== '' || chunk.slice(from, i).trim() !== '') {
            return yield { line, problem: 'elements of the array must be objects separated by commas' };
          }
          text = '';
          from = i;
          start = line;
        }
        depth++;
        if (depth === 1) from = i + 1;
      } else if (character === '}' || character === ']') {
        depth--;
        if (depth === 1) {
          yield parse(start, text + chunk.slice(from, i + 1));
          text = '';
          from = i + 1;
        } else if (depth === 0) {
          if ((text + chunk.slice(from, i)).trim() !== '') {
            return yield { line, problem: 'elements of the array must be objects separated by commas' };
          }
          text = '';
          closed = true;
        }
      } else if (character === ',' && depth === 1) {
        if ((text + chunk.slice(from, i)).trim() !== '') {
          return yield { line, problem: 'elements of the array must be objects separated by commas' };
        }
        text = '';
        from = i + 1;
      }
    }
    if (!closed) text += chunk.slice(from);
    if (text.length > MAX_RECORD_CHARACTERS) return yield tooLong(start);
  }
  if (!closed) yield { line: start, problem: 'the array is cut off: its closing bracket is missing' };
}

/**
 * Reads a collection's file as a stream: a JSON array of objects or JSON lines, whichever its first character says.
 * Memory is bounded by one record. `onBytes` tells how far the reading is.
 */
export async function* readRecords(file: string, onBytes?: (bytes: number) => void): AsyncGenerator<FileRecord> {
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 });
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<string>;
  let head = '';
  for (;;) {
    const { value, done } = await iterator.next();
    if (done) break;
    head += value;
    if (head.trim() !== '') break;
  }
  head = head.replace(/^\uFEFF/, '');
  async function* rest(): AsyncGenerator<string> {
    if (head !== '') yield head;
    for (;;) {
      onBytes?.(stream.bytesRead);
      const { value, done } = await iterator.next();
      if (done) return;
      yield value;
    }
  }
  try {
    yield* head.trimStart().startsWith('[') ? elements(rest()) : lines(rest());
  } finally {
    stream.destroy();
  }
}
