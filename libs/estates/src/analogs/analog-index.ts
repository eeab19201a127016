import type { Catalogue } from '../catalogue/catalogue.js';
import { type AnalogSnapshot, SnapshotBuilder } from './analog-snapshot.js';

type SnapshotSource = Pick<Catalogue, 'cursor' | 'streamEstates' | 'changes'>;

/** Reads the catalogue as a stream into a new snapshot. Memory: the columns plus one unsorted partition. */
export async function buildSnapshot(catalogue: Pick<Catalogue, 'streamEstates'>): Promise<AnalogSnapshot> {
  const builder = new SnapshotBuilder();
  for await (const estates of catalogue.streamEstates()) builder.add(estates);
  return builder.build();
}

/**
 * The snapshot in use and its upkeep: `refresh` applies what has changed in the catalogue; when the delta is full, a new
 * snapshot is built beside the old one, which goes on answering until the swap.
 */
export class AnalogIndex {
  private rebuilding: Promise<void> | null = null;
  private refreshing: Promise<void> | null = null;
  private built: { snapshot: AnalogSnapshot; cursor: string } | null = null;

  private constructor(
    private readonly catalogue: SnapshotSource,
    private current: AnalogSnapshot,
    private cursor: string,
  ) {}

  static async open(catalogue: SnapshotSource): Promise<AnalogIndex> {
    const cursor = await catalogue.cursor();
    return new AnalogIndex(catalogue, await buildSnapshot(catalogue), cursor);
  }

  get snapshot(): AnalogSnapshot {
    return this.current;
  }

  /** Applies pending changes, one refresh at a time. Starts a rebuild when the delta is full; `settled` waits for it. */
  refresh(): Promise<void> {
    this.refreshing ??= this.applyChanges().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /** Resolves when no rebuild is running; rejects with its failure. */
  async settled(): Promise<void> {
    await this.rebuilding;
  }

  private async applyChanges(): Promise<void> {
    // The swap happens here and with the new snapshot's own cursor: what was written while it was read is applied next.
    if (this.built) {
      this.current = this.built.snapshot;
      this.cursor = this.built.cursor;
      this.built = null;
    }
    for (let more = true; more; ) {
      const { estates, cursor, more: others } = await this.catalogue.changes(this.cursor);
      this.current.apply(estates);
      this.cursor = cursor;
      more = others;
    }
    if (this.current.stale && !this.rebuilding) {
      this.rebuilding = this.rebuild().finally(() => {
        this.rebuilding = null;
      });
      // A failed rebuild leaves the old snapshot in use; the next refresh tries again and `settled` reports it.
      this.rebuilding.catch(() => {});
    }
  }

  private async rebuild(): Promise<void> {
    const cursor = await this.catalogue.cursor();
    this.built = { snapshot: await buildSnapshot(this.catalogue), cursor };
  }
}
