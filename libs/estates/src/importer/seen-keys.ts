const FNV_PRIME = 0x01000193;
const LOAD = 0.6;

/** Spreads the bits of a 32-bit hash: the finaliser of MurmurHash3 (A. Appleby). */
function spread(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * Remembers keys by 64-bit fingerprints: about 16 bytes a key whatever its length, where a Set of strings takes a hundred.
 * It never forgets a key; it takes a new one for an old one with probability n²/2^65 (about 10⁻⁶ at six million), so a
 * repetition is to be confirmed by reading again.
 */
export class SeenKeys {
  private high = new Uint32Array(1 << 10);
  private low = new Uint32Array(1 << 10);
  private count = 0;

  /** Adds the key; true when it may have been added before. */
  add(key: string): boolean {
    let first = 0x811c9dc5;
    let second = 0x9747b28c;
    for (let i = 0; i < key.length; i++) {
      const unit = key.charCodeAt(i);
      first = Math.imul(first ^ unit, FNV_PRIME);
      second = Math.imul(second + unit, 0x9e3779b1) ^ (second >>> 15);
    }
    // 0, 0 marks an empty slot.
    return this.insert(spread(first), spread(second) || 1);
  }

  private insert(high: number, low: number): boolean {
    const mask = this.high.length - 1;
    for (let slot = high & mask; ; slot = (slot + 1) & mask) {
      if (this.low[slot] === 0) {
        this.high[slot] = high;
        this.low[slot] = low;
        break;
      }
      if (this.high[slot] === high && this.low[slot] === low) return true;
    }
    this.count++;
    if (this.count > this.high.length * LOAD) this.grow();
    return false;
  }

  private grow(): void {
    const { high, low } = this;
    this.high = new Uint32Array(high.length * 2);
    this.low = new Uint32Array(high.length * 2);
    this.count = 0;
    for (let slot = 0; slot < high.length; slot++) if (low[slot] !== 0) this.insert(high[slot]!, low[slot]!);
  }
}
