import type pg from 'pg';
import { searchLots } from '../search/search.js';
import type {
  Estate,
  Lot,
  LotHit,
  Phrase,
  SearchRequest,
  SearchResult,
  SquareCoeff,
  SubwayStation,
  WayToSubwayCoeff,
} from '../types.js';
import type { Catalogue, CatalogueChanges, LotQuery } from './catalogue.js';
import { lotFilter } from './lot-filter.js';
import {
  ESTATE_COLUMNS,
  ESTATE_WITH_LOTS,
  type EstateRow,
  estateOf,
  estatesOf,
  LOT_COLUMNS,
  LOT_JSON,
  type LotRow,
  lotHitOf,
  type StationRow,
  stationOf,
} from './postgres-rows.js';

const STREAM_BATCH = 500;
const CHANGES_LIMIT = 5_000;
const FEW_LOTS = 10_000;

/** The catalogue in PostgreSQL (migrations 02xx). The pool stays the caller's: nothing here closes it. */
export class PostgresCatalogue implements Catalogue {
  constructor(private readonly pool: Pick<pg.Pool, 'query'>) {}

  async stations(): Promise<SubwayStation[]> {
    const { rows } = await this.pool.query<StationRow>('select * from subway_stations order by id');
    return rows.map(stationOf);
  }

  async squareCoeffs(): Promise<SquareCoeff[]> {
    const { rows } = await this.pool.query<SquareCoeff>(
      `select min_area::float8 as "minArea", max_area::float8 as "maxArea", coefficient::float8 as coefficient
       from square_coeffs order by min_area`,
    );
    return rows;
  }

  async wayToSubwayCoeffs(): Promise<WayToSubwayCoeff[]> {
    const { rows } = await this.pool.query<WayToSubwayCoeff>(
      `select min_meters::float8 as "minMeters", max_meters::float8 as "maxMeters", coefficient::float8 as coefficient
       from way_to_subway_coeffs order by min_meters`,
    );
    return rows;
  }

  async phrases(): Promise<{ phrases: Phrase[]; updatedAt: string | null }> {
    const { rows } = await this.pool.query<Phrase & { updated_at: Date }>(
      'select key, text, buttons, updated_at from messages order by key',
    );
    const newest = rows.reduce<Date | null>(
      (latest, row) => (latest === null || row.updated_at > latest ? row.updated_at : latest),
      null,
    );
    return {
      phrases: rows.map(({ key, text, buttons }) => ({ key, text, buttons })),
      updatedAt: newest?.toISOString() ?? null,
    };
  }

  async phrasesUpdatedAt(): Promise<string | null> {
    const { rows } = await this.pool.query<{ at: Date | null }>('select max(updated_at) as at from messages');
    return rows[0]?.at?.toISOString() ?? null;
  }

  async lot(id: string): Promise<LotHit | null> {
    return (await this.lots([id]))[0] ?? null;
  }

  async lots(ids: readonly string[]): Promise<LotHit[]> {
    const { rows } = await this.pool.query<EstateRow & { lot: Lot }>(
      `select ${ESTATE_COLUMNS}, ${LOT_JSON} as lot
       from unnest($1::text[]) with ordinality as wanted (id, position)
       join lots l on l.id = wanted.id join estates e on e.id = l.estate_id
       order by wanted.position`,
      [ids],
    );
    return rows.map(lotHitOf);
  }

  async estateCount(): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>('select count(*) from estates');
    return Number(rows[0]!.count);
  }

  // Pages by key rather than a cursor: no transaction is held open for the minutes a large stream takes. The next page is on
  // its way while the reader is busy with this one.
  async *streamEstates({ batchSize = STREAM_BATCH }: { batchSize?: number } = {}): AsyncGenerator<Estate[]> {
    let coming = this.page('', batchSize);
    for (;;) {
      const estates = await coming;
      const last = estates.at(-1);
      if (!last) return;
      coming = this.page(last.id, batchSize);
      // Its failure is thrown when it is waited for; a reader that stops before must not leave it unhandled.
      coming.catch(() => {});
      yield estates;
    }
  }

  private async page(after: string, size: number): Promise<Estate[]> {
    const { rows: estates } = await this.pool.query<EstateRow>({
      name: 'estates-stream-estates',
      text: `select ${ESTATE_COLUMNS} from estates e where e.id > $1 order by e.id limit $2`,
      values: [after, size],
    });
    const last = estates.at(-1);
    if (!last) return [];
    const { rows: lots } = await this.pool.query<LotRow>({
      name: 'estates-stream-lots',
      text: `select ${LOT_COLUMNS} from lots l where l.estate_id > $1 and l.estate_id <= $2 order by l.estate_id, l.position`,
      values: [after, last.id],
    });
    return estatesOf(estates, lots);
  }

  async cursor(): Promise<string> {
    const { rows } = await this.pool.query<{ horizon: string }>(
      'select pg_snapshot_xmin(pg_current_snapshot())::text as horizon',
    );
    return `${rows[0]!.horizon}:`;
  }

  // The cursor is `transaction:last id`. Only transactions below the horizon (the oldest still open) are reported: what
  // is above may yet get neighbours in between, and comes with a later call.
  async changes(cursor: string, { limit = CHANGES_LIMIT }: { limit?: number } = {}): Promise<CatalogueChanges> {
    const separator = cursor.indexOf(':');
    const horizon = (await this.cursor()).slice(0, -1);
    const { rows } = await this.pool.query<EstateRow & { lots: Lot[]; revision: string }>(
      `select ${ESTATE_WITH_LOTS}, e.revision::text as revision from estates e
       where (e.revision, e.id) > ($1::xid8, $2) and e.revision < $3::xid8
       order by e.revision, e.id limit $4`,
      [cursor.slice(0, separator), cursor.slice(separator + 1), horizon, limit],
    );
    const last = rows.at(-1);
    const page = rows.length === limit && last;
    const next = page ? `${page.revision}:${page.id}` : `${horizon}:`;
    return { estates: rows.map(estateOf), cursor: next, more: Boolean(page) };
  }

  // Cheapest first is an index, and PostgreSQL likes to walk it until enough lots pass: fine when many pass, but for the few lots
  // of one station among millions it reads hundreds of thousands. So few are all collected first, by the index that finds them.
  async findLots(query: LotQuery, limit: number, total = Number.POSITIVE_INFINITY): Promise<LotHit[]> {
    const { where, parameters } = lotFilter(query);
    const matched = `select l.id, l.total_kopecks from lots l where ${where}`;
    const { rows } = await this.pool.query<EstateRow & { lot: Lot }>(
      `with matched as ${total <= FEW_LOTS ? 'materialized' : 'not materialized'} (${matched}), found as (
         select m.id from matched m order by m.total_kopecks, m.id limit $${parameters.length + 1}
       )
       select ${ESTATE_COLUMNS}, ${LOT_JSON} as lot
       from found join lots l on l.id = found.id join estates e on e.id = l.estate_id
       order by l.total_kopecks, l.id`,
      [...parameters, limit],
    );
    return rows.map(lotHitOf);
  }

  async countLots(query: LotQuery): Promise<number> {
    const { where, parameters } = lotFilter(query);
    const { rows } = await this.pool.query<{ count: string }>(`select count(*) from lots l where ${where}`, parameters);
    return Number(rows[0]!.count);
  }

  search(request: SearchRequest): Promise<SearchResult> {
    return searchLots(this, request);
  }
}

/** The PostgreSQL adapter of the catalogue on a pool of the caller's. */
export const createPostgresCatalogue = (pool: pg.Pool): Catalogue => new PostgresCatalogue(pool);
