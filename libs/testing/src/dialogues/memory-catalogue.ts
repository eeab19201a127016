import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Catalogue,
  type Estate,
  type LotHit,
  type LotQuery,
  type Phrase,
  type SearchCriteria,
  type SearchRequest,
  type SearchResult,
  type SquareCoeff,
  StationDirectory,
  type SubwayStation,
  searchLots,
  type WayToSubwayCoeff,
} from '#libs/estates';

/** The demo data of `data/` held in memory: enough of a catalogue to play stories with no server. */
export class MemoryCatalogue
  implements
    Pick<Catalogue, 'lots' | 'stations' | 'squareCoeffs' | 'wayToSubwayCoeffs' | 'findLots' | 'countLots' | 'search'>
{
  readonly directory: StationDirectory;
  private readonly hits = new Map<string, LotHit>();
  private readonly available: LotHit[] = [];

  constructor(
    /** In byte order of ids, as a store streams them. */
    readonly estates: readonly Estate[],
    private readonly stationRows: SubwayStation[],
    private readonly squares: SquareCoeff[],
    private readonly ways: WayToSubwayCoeff[],
    readonly phraseRecords: readonly Phrase[],
  ) {
    this.directory = new StationDirectory(stationRows);
    for (const { lots, ...estate } of estates) {
      for (const lot of lots) {
        const hit = { lot, estate, total: totalOf(lot.deal, lot.price, lot.area) };
        this.hits.set(lot.id, hit);
        if (lot.status === 'available') this.available.push(hit);
      }
    }
    this.available.sort((a, b) => a.total - b.total || (a.lot.id < b.lot.id ? -1 : 1));
  }

  static async read(folder: string): Promise<MemoryCatalogue> {
    const [estates, stations, squares, ways, phrases] = await Promise.all([
      readFile(path.join(folder, 'estates.jsonl'), 'utf8'),
      readFile(path.join(folder, 'subway_stations.json'), 'utf8'),
      readFile(path.join(folder, 'square_coeffs.json'), 'utf8'),
      readFile(path.join(folder, 'way_to_subway_coeffs.json'), 'utf8'),
      readFile(path.join(folder, 'messages.json'), 'utf8'),
    ]);
    const rows = estates.split('\n').filter((line) => line.trim() !== '');
    return new MemoryCatalogue(
      rows.map((line) => JSON.parse(line) as Estate),
      JSON.parse(stations) as SubwayStation[],
      JSON.parse(squares) as SquareCoeff[],
      JSON.parse(ways) as WayToSubwayCoeff[],
      JSON.parse(phrases) as Phrase[],
    );
  }

  async stations(): Promise<SubwayStation[]> {
    return this.stationRows;
  }

  async squareCoeffs(): Promise<SquareCoeff[]> {
    return this.squares;
  }

  async wayToSubwayCoeffs(): Promise<WayToSubwayCoeff[]> {
    return this.ways;
  }

  async lots(ids: readonly string[]): Promise<LotHit[]> {
    return ids.flatMap((id) => this.hits.get(id) ?? []);
  }

  async countLots(query: LotQuery): Promise<number> {
    return this.matching(query).length;
  }

  async findLots(query: LotQuery, limit: number): Promise<LotHit[]> {
    return this.matching(query).slice(0, limit);
  }

  search(request: SearchRequest): Promise<SearchResult> {
    return searchLots(this, request);
  }

  private matching({ criteria, excludeEstates }: LotQuery): LotHit[] {
    return this.available.filter((hit) => !excludeEstates.includes(hit.estate.id) && matches(hit, criteria));
  }
}

/** The whole price: sale — roubles; rent — roubles a month, to the kopeck. */
function totalOf(deal: 'rent' | 'sale', price: number, area: number): number {
  const product = Math.round(price * 100) * Math.round(area * 100);
  return Math.round(deal === 'rent' ? product / 1200 : product / 100) / 100;
}

function matches({ lot, estate, total }: LotHit, criteria: SearchCriteria): boolean {
  const { stations = [], districts = [], classes = [] } = criteria;
  const hasPlace = stations.length + districts.length > 0;
  const isInPlace =
    estate.metro.some(({ station }) => stations.includes(station)) || districts.includes(estate.district);
  return (
    lot.deal === criteria.deal &&
    estate.kind === criteria.kind &&
    (!hasPlace || isInPlace) &&
    isWithin(lot.area, criteria.areaMin, criteria.areaMax) &&
    isWithin(comparable(total, lot.price, criteria), criteria.budgetMin, criteria.budgetMax) &&
    (classes.length === 0 || classes.includes(estate.class)) &&
    (!criteria.fitOut || lot.fitOut === criteria.fitOut) &&
    isReadyBy(estate.readiness, criteria.readiness)
  );
}

/** The lot's price on the scale of the budget. */
function comparable(total: number, price: number, { deal, budgetPer, budgetPeriod }: SearchCriteria): number {
  if (budgetPer === 'sqm') return deal === 'rent' && budgetPeriod === 'month' ? price / 12 : price;
  return deal === 'rent' && budgetPeriod === 'year' ? total * 12 : total;
}

function isWithin(value: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): boolean {
  return value >= min && value <= max;
}

function isReadyBy(readiness: string, wanted: string | undefined): boolean {
  if (wanted === undefined || readiness === 'ready') return true;
  return wanted !== 'ready' && readiness <= wanted;
}
