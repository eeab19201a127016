import type { Catalogue } from '../catalogue/catalogue.js';
import { AnalogSnapshot, SnapshotBuilder, type SnapshotParts } from './analog-snapshot.js';

type SnapshotSource = Pick<Catalogue, 'cursor' | 'streamEstates' | 'changes'>;

/** A snapshot just built, and the cursor from which changes are missing in it. */
export interface BuiltParts {
  parts: SnapshotParts;
  cursor: string;
}

/** Buildings of one page of changes: applying them takes a few milliseconds, searches come in between. */
const PAGE = 1_000;

/**
 * Reads the catalogue as a stream into a new snapshot. Memory: the columns plus one unsorted partition. Takes CPU as long as
 * it runs: minutes at a million buildings.
 */
export async function buildSnapshotParts(catalogue: SnapshotSource): Promise<BuiltParts> {
  const cursor = await catalogue.cursor();
  const builder = new SnapshotBuilder();
  for await (const estates of catalogue.streamEstates()) builder.add(estates);
  return { parts: await builder.parts(), cursor };
}

/**
 * The snapshot in use and its upkeep: `refresh` applies what has changed in the catalogue; when the delta is full, a new
 * snapshot is built beside the old one, which goes on answering until the swap.
 */
export class AnalogIndex {
  private rebuilding: Promise<void> | null = null;
  private refreshing: Promise<void> | null = null;
  private built: BuiltParts | null = null;

  private constructor(
    private readonly catalogue: SnapshotSource,
    private readonly build: () => Promise<BuiltParts>,
    private current: AnalogSnapshot,
    private cursor: string,
  ) {}

  /** @param build makes a snapshot of the catalogue; by default in this thread, a server gives a thread of its own */
  static async open(
    catalogue: SnapshotSource,
    build: () => Promise<BuiltParts> = () => buildSnapshotParts(catalogue),
  ): Promise<AnalogIndex> {
    const { parts, cursor } = await build();
    return new AnalogIndex(catalogue, build, AnalogSnapshot.of(parts), cursor);
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
      this.current = AnalogSnapshot.of(this.built.parts);
      this.cursor = this.built.cursor;
      this.built = null;
    }
    for (let more = true; more && !this.current.full; ) {
      const changes = await this.catalogue.changes(this.cursor, { limit: PAGE });
      this.current.apply(changes.estates);
      this.cursor = changes.cursor;
      more = changes.more;
    }
    if (this.current.stale) this.startRebuild();
  }

  private startRebuild(): void {
    if (this.rebuilding || this.built) return;
    this.rebuilding = this.build()
      .then((built) => {
        this.built = built;
      })
      .finally(() => {
        this.rebuilding = null;
      });
    // A failed rebuild leaves the old snapshot in use; the next refresh tries again and `settled` reports it.
    this.rebuilding.catch(() => {});
  }
}
