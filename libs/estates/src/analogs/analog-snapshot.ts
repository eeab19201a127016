import { createHash } from 'node:crypto';
import type { Estate } from '../types.js';
import { type EstateNumberBuffers, EstateNumbers } from './estate-numbers.js';
import { type KdNodes, type KdPartition, nodeBytes } from './kd-tree.js';
import {
  classCode,
  fitOutCode,
  floorBand,
  LotColumns,
  type LotRow,
  logCode,
  PARTITIONS,
  partitionOf,
  planeX,
  planeY,
  readinessCode,
} from './lot-columns.js';
import type { LotDistance } from './lot-distance.js';
import { BestRows, countRows, countTree, type DeadRows, type ScoredRow, scanRows, searchTree } from './nearest.js';
import { buildPartition } from './partition-builder.js';
import { NO_WALK } from './weights.js';

/** Changed lots kept beside the tree before a rebuild pays: a scan of so many adds about 0.2 ms. */
export const DELTA_LIMIT = 20_000;
/** So many times that, and changes wait for the rebuild: a bulk load must not turn searches into scans. */
const FULL_DELTAS = 5;
const MAX_DISTRICTS = 255;

/** Numbers of districts in the order they were met. */
class Districts {
  private readonly numbers = new Map<string, number>();

  constructor(names: readonly string[] = []) {
    for (const name of names) this.number(name);
  }

  get names(): string[] {
    return [...this.numbers.keys()];
  }

  /** Number of the district, given out when it is new; all above {@link MAX_DISTRICTS} share the last. */
  number(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = Math.min(this.numbers.size, MAX_DISTRICTS);
    this.numbers.set(name, number);
    return number;
  }

  mask(names: readonly string[]): Uint8Array {
    const mask = new Uint8Array(MAX_DISTRICTS + 1);
    for (const name of names) {
      const number = this.numbers.get(name);
      if (number !== undefined) mask[number] = 1;
    }
    return mask;
  }
}

function* lotRows(
  estate: Estate,
  number: number,
  district: number,
): Generator<{ id: string; partition: number; row: LotRow }> {
  const walk = estate.metro.reduce((nearest, { walkMeters }) => Math.min(nearest, Math.round(walkMeters)), NO_WALK);
  const building = {
    x: planeX(estate),
    y: planeY(estate),
    estate: number,
    walk,
    readiness: readinessCode(estate.readiness),
    class: classCode(estate.class),
    district,
  };
  for (const lot of estate.lots) {
    if (lot.status !== 'available') continue;
    const row = {
      ...building,
      logArea: logCode(lot.area),
      logPrice: logCode(lot.price),
      area: Math.round(lot.area * 100),
      price: Math.round(lot.price * 100),
      floor: floorBand(lot.floor),
      fitOut: fitOutCode(lot.fitOut),
    };
    yield { id: lot.id, partition: partitionOf(lot.deal, estate.kind), row };
  }
}

interface Partition {
  rows: LotColumns;
  nodes: KdNodes;
  dead: DeadRows;
  delta: LotColumns;
  deltaDead: Set<number>;
}

/** A snapshot without changes as it travels between threads: rows in shared memory, not copied. */
export interface SnapshotParts {
  partitions: KdPartition[];
  estates: EstateNumberBuffers;
  districts: string[];
  base: string;
}

/** What a search found and what it read. */
export interface NearestRows {
  rows: ScoredRow[];
  rowsRead: number;
}

/** Receives buildings in byte order of ids and becomes a snapshot. */
export class SnapshotBuilder {
  private readonly numbers = new EstateNumbers();
  private readonly districts = new Districts();
  private readonly partitions = Array.from({ length: PARTITIONS }, () => LotColumns.empty());
  private readonly digest = createHash('sha256');

  add(estates: readonly Estate[]): void {
    for (const estate of estates) {
      const number = this.numbers.append(estate.id);
      const district = this.districts.number(estate.district);
      for (const { id, partition, row } of lotRows(estate, number, district)) {
        this.partitions[partition]!.append(id, row);
        this.digest.update(
          `${id}:${row.x}:${row.y}:${row.area}:${row.price}:${row.walk}:${row.class}:${row.floor}:${row.fitOut}:${row.readiness}\n`,
        );
      }
    }
  }

  async build(): Promise<AnalogSnapshot> {
    return AnalogSnapshot.of(await this.parts());
  }

  /** Sorts the partitions one after another in a worker thread. */
  async parts(): Promise<SnapshotParts> {
    const partitions: KdPartition[] = [];
    for (let index = 0; index < PARTITIONS; index++) {
      partitions.push(await buildPartition(this.partitions[index]!.shared));
      // The unsorted rows are let go at once: two copies of one partition at most.
      this.partitions[index] = LotColumns.empty(1);
    }
    const { numbers, districts, digest } = this;
    const base = digest.digest('hex').slice(0, 12);
    return { partitions, estates: numbers.shared, districts: districts.names, base };
  }
}

/**
 * Available lots ready for exact search: sorted partitions plus a delta of changes. `version` names the contents: the same
 * base and the same number of applied changes give the same answers.
 */
export class AnalogSnapshot {
  private changes = 0;
  private readonly newEstates = new Map<string, number>();
  private deltaRows = 0;

  private constructor(
    private readonly partitions: readonly Partition[],
    private readonly numbers: EstateNumbers,
    private readonly districts: Districts,
    private readonly base: string,
  ) {}

  static of({ partitions, estates, districts, base }: SnapshotParts): AnalogSnapshot {
    return new AnalogSnapshot(
      partitions.map(({ rows, nodes }) => ({
        rows: LotColumns.of(rows),
        nodes,
        dead: null,
        delta: LotColumns.empty(16),
        deltaDead: new Set(),
      })),
      EstateNumbers.of(estates),
      new Districts(districts),
      base,
    );
  }

  get version(): string {
    return `${this.base}.${this.changes}`;
  }

  /** Live lots. */
  get length(): number {
    return this.partitions.reduce(
      (sum, { rows, delta, dead, deltaDead }) => sum + rows.length + delta.length - deadCount(dead) - deltaDead.size,
      0,
    );
  }

  /** Bytes held by rows, ids and zone maps. */
  get bytes(): number {
    return this.partitions.reduce(
      (sum, { rows, nodes, delta, dead }) =>
        sum + rows.bytes + nodeBytes(nodes) + delta.bytes + (dead?.byteLength ?? 0),
      this.numbers.bytes,
    );
  }

  /** Whether so much has changed that a rebuild pays. */
  get stale(): boolean {
    return this.deltaRows > DELTA_LIMIT;
  }

  /** Whether more changes would make searches slow: they wait for the rebuild that is under way. */
  get full(): boolean {
    return this.deltaRows > DELTA_LIMIT * FULL_DELTAS;
  }

  districtMask(names: readonly string[]): Uint8Array {
    return this.districts.mask(names);
  }

  /** Applies changed buildings: their old rows die, their available lots are added. Applying one again changes no answer. */
  apply(estates: readonly Estate[]): void {
    if (estates.length === 0) return;
    const changed = estates.map(({ id }) => this.numberOf(id));
    const isChanged = new Uint8Array(this.numbers.length + this.newEstates.size);
    for (const number of changed) isChanged[number] = 1;
    for (const partition of this.partitions) bury(partition, isChanged);
    for (const estate of estates) {
      const district = this.districts.number(estate.district);
      for (const { id, partition, row } of lotRows(estate, this.numberOf(estate.id), district)) {
        this.partitions[partition]!.delta.append(id, row);
        this.deltaRows++;
      }
    }
    this.deltaRows += changed.length;
    this.changes += estates.length;
  }

  /** The k best lots of a partition, exactly; at most `perEstate` of one building when given. */
  nearest(partition: number, distance: LotDistance, k: number, perEstate?: number): NearestRows {
    const { rows, nodes, dead, delta, deltaDead } = this.partitions[partition]!;
    const best = new BestRows(k, perEstate);
    let rowsRead = 0;
    for (let row = 0; row < delta.length; row++) {
      if (!deltaDead.has(row)) rowsRead += scanRows(delta, row, row + 1, distance, null, best);
    }
    rowsRead += searchTree(rows, nodes, distance, dead, best);
    return { rows: best.sorted(), rowsRead };
  }

  /** The same answer by reading every row: the yardstick of benches and tests. */
  nearestByScan(partition: number, distance: LotDistance, k: number, perEstate?: number): NearestRows {
    const { rows, dead, delta, deltaDead } = this.partitions[partition]!;
    const best = new BestRows(k, perEstate);
    let rowsRead = scanRows(rows, 0, rows.length, distance, dead, best);
    for (let row = 0; row < delta.length; row++) {
      if (!deltaDead.has(row)) rowsRead += scanRows(delta, row, row + 1, distance, null, best);
    }
    return { rows: best.sorted(), rowsRead };
  }

  /** How many lots pass the hard filters. */
  count(partition: number, distance: LotDistance): number {
    const { rows, nodes, dead, delta, deltaDead } = this.partitions[partition]!;
    let count = countTree(rows, nodes, distance, dead);
    for (let row = 0; row < delta.length; row++) {
      if (!deltaDead.has(row)) count += countRows(delta, row, row + 1, distance, null);
    }
    return count;
  }

  private numberOf(id: string): number {
    const known = this.numbers.find(id);
    if (known >= 0) return known;
    const added = this.newEstates.get(id) ?? this.numbers.length + this.newEstates.size;
    this.newEstates.set(id, added);
    return added;
  }
}

function deadCount(dead: DeadRows): number {
  let count = 0;
  for (let byte of dead ?? []) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}

/** Marks the rows of the changed buildings dead, in the tree and in the delta. */
function bury(partition: Partition, isChanged: Uint8Array): void {
  const { rows, delta, deltaDead } = partition;
  const { estate } = rows.columns;
  for (let row = 0; row < rows.length; row++) {
    if (isChanged[estate[row]!] !== 1) continue;
    partition.dead ??= new Uint8Array((rows.length >>> 3) + 1);
    partition.dead[row >>> 3]! |= 1 << (row & 7);
  }
  for (let row = 0; row < delta.length; row++) if (isChanged[delta.columns.estate[row]!] === 1) deltaDead.add(row);
}
