import type { ImageKind, PerceptualHash, SimilarImage } from '../analysis.js';
import { MAYBE_BITS, setBits, similarity } from './perceptual-hash.js';

const PHASH_WORDS = 2;
const DHASH_WORDS = 8;
/** At most so many are told. */
const FOUND_LIMIT = 5;

const wordsOf = (hex: string): Uint32Array =>
  Uint32Array.from({ length: hex.length / 8 }, (_word, at) => parseInt(hex.slice(at * 8, at * 8 + 8), 16));

/** A row of the index. */
export interface IndexedImage {
  source: SimilarImage['source'];
  hash: PerceptualHash;
}

/**
 * Perceptual hashes in typed arrays, searched by a scan: 40 bytes and a few nanoseconds a picture, exact for any distance.
 */
export class HashIndex {
  private sources: SimilarImage['source'][] = [];
  private phashes = new Uint32Array(PHASH_WORDS * 64);
  private dhashes = new Uint32Array(DHASH_WORDS * 64);

  constructor(images: Iterable<IndexedImage> = []) {
    for (const image of images) this.add(image);
  }

  get size(): number {
    return this.sources.length;
  }

  add({ source, hash }: IndexedImage): void {
    const row = this.sources.push(source) - 1;
    if ((row + 1) * PHASH_WORDS > this.phashes.length) {
      this.phashes = grown(this.phashes);
      this.dhashes = grown(this.dhashes);
    }
    this.phashes.set(wordsOf(hash.phash), row * PHASH_WORDS);
    this.dhashes.set(wordsOf(hash.dhash), row * DHASH_WORDS);
  }

  /** Near duplicates of a picture of this kind, nearest first, at most five. */
  find(hash: PerceptualHash, kind: ImageKind | 'unknown'): SimilarImage[] {
    const phash = wordsOf(hash.phash);
    const dhash = wordsOf(hash.dhash);
    const [high, low] = [phash[0]!, phash[1]!];
    const { phashes } = this;
    const found: SimilarImage[] = [];
    for (let row = 0, at = 0; row < this.sources.length; row++, at += PHASH_WORDS) {
      const distance = setBits(phashes[at]! ^ high) + setBits(phashes[at + 1]! ^ low);
      if (distance > MAYBE_BITS) continue;
      const certainty = similarity(kind, distance, this.gradientDistance(row, dhash));
      if (certainty) found.push({ source: this.sources[row]!, certainty, distance });
    }
    return found.sort((a, b) => a.distance - b.distance).slice(0, FOUND_LIMIT);
  }

  private gradientDistance(row: number, dhash: Uint32Array): number {
    let distance = 0;
    for (let word = 0; word < DHASH_WORDS; word++) {
      distance += setBits(this.dhashes[row * DHASH_WORDS + word]! ^ dhash[word]!);
    }
    return distance;
  }
}

function grown(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(words.length * 2);
  larger.set(words);
  return larger;
}
