import { createHash } from 'node:crypto';
import {
  type Catalogue,
  CoefficientTables,
  type SquareCoeff,
  type SubwayStation,
  type WayToSubwayCoeff,
} from '#libs/estates';
import type { Logger } from '#libs/platform';

type CoefficientSource = Pick<Catalogue, 'stations' | 'squareCoeffs' | 'wayToSubwayCoeffs'>;

interface Loaded {
  stations: SubwayStation[];
  squareCoeffs: SquareCoeff[];
  wayToSubwayCoeffs: WayToSubwayCoeff[];
  tables: CoefficientTables;
  version: string;
}

/** How long an edit of the tables may go unseen, ms. */
const CHECK_MS = 10_000;

/**
 * Stations and coefficients in force, kept in memory and read again beside the work. An edit that breaks the tables (bands
 * that overlap) is logged and the last good ones stay.
 */
export class CurrentCoefficients implements CoefficientSource {
  private checkedAt: number;
  private checking: Promise<void> | null = null;

  private constructor(
    private readonly source: CoefficientSource,
    private readonly logger: Pick<Logger, 'error' | 'info'>,
    private loaded: Loaded,
    private readonly now: () => number,
  ) {
    this.checkedAt = now();
  }

  /** Throws `INVALID_BANDS` when the stored tables cannot be used at all. */
  static async open(
    source: CoefficientSource,
    logger: Pick<Logger, 'error' | 'info'>,
    now: () => number = Date.now,
  ): Promise<CurrentCoefficients> {
    return new CurrentCoefficients(source, logger, await load(source), now);
  }

  /** Names the contents: equal versions give equal valuations. */
  get version(): string {
    return this.current().version;
  }

  get tables(): CoefficientTables {
    return this.current().tables;
  }

  async stations(): Promise<SubwayStation[]> {
    return this.current().stations;
  }

  async squareCoeffs(): Promise<SquareCoeff[]> {
    return this.current().squareCoeffs;
  }

  async wayToSubwayCoeffs(): Promise<WayToSubwayCoeff[]> {
    return this.current().wayToSubwayCoeffs;
  }

  /** Reads the tables again now. */
  async refresh(): Promise<void> {
    try {
      const fresh = await load(this.source);
      if (fresh.version === this.loaded.version) return;
      this.loaded = fresh;
      this.logger.info({ version: fresh.version }, 'coefficients were read again');
    } catch (error) {
      this.logger.error({ err: error }, 'the coefficients cannot be read; the last good ones stay');
    }
  }

  private current(): Loaded {
    const now = this.now();
    if (!this.checking && now - this.checkedAt >= CHECK_MS) {
      this.checkedAt = now;
      this.checking = this.refresh().finally(() => {
        this.checking = null;
      });
    }
    return this.loaded;
  }
}

async function load(source: CoefficientSource): Promise<Loaded> {
  const [stations, squareCoeffs, wayToSubwayCoeffs] = await Promise.all([
    source.stations(),
    source.squareCoeffs(),
    source.wayToSubwayCoeffs(),
  ]);
  const records = { stations, squareCoeffs, wayToSubwayCoeffs };
  const tables = await CoefficientTables.load({
    stations: async () => stations,
    squareCoeffs: async () => squareCoeffs,
    wayToSubwayCoeffs: async () => wayToSubwayCoeffs,
  });
  const version = createHash('sha256').update(JSON.stringify(records)).digest('hex').slice(0, 12);
  return { ...records, tables, version };
}
