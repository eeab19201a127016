/** Hash buckets of a model; a power of two. */
export const BUCKETS = 1 << 15;

const PRIME = 0x01000193;
const started = (family: number): number => (0x811c9dc5 ^ family) | 0;
function hashed(from: number, text: string): number {
  let h = from;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), PRIME);
  return h;
}
const bucketOf = (h: number): number => (h ^ (h >>> 15)) & (BUCKETS - 1);

/** When each bucket was last added, by message: a set that costs nothing to empty. */
const STAMPS = new Uint32Array(BUCKETS);
let stamp = 0;

/**
 * The hashed features of one message, each bucket once. FNV-1a over UTF-16 units, seeded by the family of the feature so that a
 * word and a letter run of one spelling differ. One message at a time: a new instance ends the one before it.
 */
export class Buckets {
  readonly list: number[] = [];

  constructor() {
    stamp = (stamp + 1) >>> 0;
    if (stamp === 0) {
      STAMPS.fill(0);
      stamp = 1;
    }
  }

  /** One feature of a family. */
  add(family: number, text: string): void {
    this.put(bucketOf(hashed(started(family), text)));
  }

  /** Two neighbours as one feature: the same as adding them joined by a space, without joining them. */
  addPair(family: number, first: string, second: string): void {
    this.put(bucketOf(hashed(hashed(hashed(started(family), first), ' '), second)));
  }

  /** Three neighbours as one feature, in the same way. */
  addTriple(family: number, first: string, second: string, third: string): void {
    const two = hashed(hashed(hashed(started(family), first), ' '), second);
    this.put(bucketOf(hashed(hashed(two, ' '), third)));
  }

  /** Every run of `shortest` to `longest` letters of a word framed by spaces. */
  addRuns(family: number, form: string, shortest: number, longest: number): void {
    const framed = ` ${form} `;
    for (let i = 0; i + shortest <= framed.length; i++) {
      let h = started(family);
      for (let j = i; j < i + longest && j < framed.length; j++) {
        h = Math.imul(h ^ framed.charCodeAt(j), PRIME);
        if (j >= i + shortest - 1) this.put(bucketOf(h));
      }
    }
  }

  private put(bucket: number): void {
    if (STAMPS[bucket] === stamp) return;
    STAMPS[bucket] = stamp;
    this.list.push(bucket);
  }
}
