/** Length of a simulated vector: enough that two words seldom share an axis. */
const AXES = 256;
const STEM = 4;

/** A unit vector from the word stems of a text (FNV-1a on the first letters): common words make texts near. */
export function embeddingOf(text: string): number[] {
  const vector = new Array<number>(AXES).fill(0);
  for (const word of text
    .toLowerCase()
    .replaceAll('ё', 'е')
    .match(/\p{L}{3,}/gu) ?? []) {
    let hash = 2_166_136_261;
    for (const letter of word.slice(0, STEM)) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619);
    const axis = (hash >>> 0) % AXES;
    vector[axis] = (vector[axis] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** Little-endian 32-bit floats in base64: how the endpoint sends vectors unless floats are asked for. */
export function encodeVector(vector: readonly number[]): string {
  return Buffer.from(new Float32Array(vector).buffer).toString('base64');
}
