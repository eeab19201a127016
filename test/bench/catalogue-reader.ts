// Reads a whole catalogue in a process of its own, whose peak memory is then that of the reading: `stream` only counts, `snapshot`
// builds what analog search uses. CATALOGUE_STORE, MONGODB_URI and DATABASE_URL say where it is; one JSON line on stdout.
import { buildSnapshotParts, type Catalogue, openCatalogueStore } from '#libs/estates';
import { createLogger, createPool, loadConfig } from '#libs/platform';

/** What was read, in which time, with how much memory at the most. */
export interface CatalogueReading {
  estates: number;
  lots: number;
  seconds: number;
  peakBytes: number;
}

/** The catalogue with a count of what passes. */
class Counted implements Pick<Catalogue, 'cursor' | 'streamEstates' | 'changes'> {
  estates = 0;
  lots = 0;

  constructor(private readonly catalogue: Catalogue) {}

  cursor = () => this.catalogue.cursor();
  changes: Catalogue['changes'] = (cursor, options) => this.catalogue.changes(cursor, options);

  async *streamEstates(options?: { batchSize?: number }) {
    for await (const batch of this.catalogue.streamEstates(options)) {
      this.estates += batch.length;
      for (const { lots } of batch) this.lots += lots.length;
      yield batch;
    }
  }
}

async function main(work: string | undefined): Promise<void> {
  const config = loadConfig();
  const pool = createPool({ url: config.database.url ?? '', max: 2, app: 'wewall-bench' });
  const store = await openCatalogueStore(config.catalogue, pool, createLogger({ level: 'error', app: 'bench' }));
  try {
    const source = new Counted(store.catalogue);
    const started = performance.now();
    if (work === 'snapshot') await buildSnapshotParts(source);
    else for await (const batch of source.streamEstates()) if (batch.length === 0) break;
    const reading: CatalogueReading = {
      estates: source.estates,
      lots: source.lots,
      seconds: (performance.now() - started) / 1_000,
      peakBytes: process.resourceUsage().maxRSS * 1_024,
    };
    process.stdout.write(`${JSON.stringify(reading)}\n`);
  } finally {
    await store.close();
    await pool.end();
  }
}

await main(process.argv[2]);
