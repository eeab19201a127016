import { CITY_CENTRE, METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON, type Point } from '../geo.js';
import { readinessOrder } from '../readiness.js';
import type { Deal, EstateClass, EstateKind, FitOut } from '../types.js';
import { LOG_SCALE, PLANE_SCALE } from './weights.js';

const CLASSES: readonly EstateClass[] = ['A', 'B+', 'B', 'C'];
const FIT_OUTS: readonly FitOut[] = ['shell', 'partial', 'ready'];
const DEALS: readonly Deal[] = ['rent', 'sale'];
const KINDS: readonly EstateKind[] = ['office', 'retail', 'warehouse'];

export const PARTITIONS = DEALS.length * KINDS.length;
export const partitionOf = (deal: Deal, kind: EstateKind) => DEALS.indexOf(deal) * KINDS.length + KINDS.indexOf(kind);
export const classCode = (value: EstateClass) => CLASSES.indexOf(value);
export const fitOutCode = (value: FitOut) => FIT_OUTS.indexOf(value);
/** Below ground, 1st, 2nd, 3rd and above. */
export const floorBand = (floor: number) => (floor < 1 ? 0 : Math.min(floor, 3));
/** Ready = 0; a quarter counts from 2000-Q1 = 1. */
export const readinessCode = (readiness: string) =>
  readiness === 'ready' ? 0 : Math.max(1, readinessOrder(readiness) - 8_000);
export const logCode = (value: number) => Math.round(Math.log(value) * LOG_SCALE);
export const planeX = ({ lon }: Pick<Point, 'lon'>) =>
  Math.round((lon - CITY_CENTRE.lon) * METRES_PER_DEGREE_LON * PLANE_SCALE);
export const planeY = ({ lat }: Pick<Point, 'lat'>) =>
  Math.round((lat - CITY_CENTRE.lat) * METRES_PER_DEGREE_LAT * PLANE_SCALE);

const LAYOUT = {
  /** Local plane, decimetres. */
  x: Int32Array,
  y: Int32Array,
  logArea: Int32Array,
  logPrice: Int32Array,
  /** Hundredths of m² and of roubles: what filters compare. */
  area: Uint32Array,
  price: Uint32Array,
  /** Number of the building in the snapshot. */
  estate: Uint32Array,
  /** Where the row's id ends in the pool of id bytes; it starts where the previous row's ends. */
  idEnd: Uint32Array,
  walk: Uint16Array,
  readiness: Uint16Array,
  class: Uint8Array,
  floor: Uint8Array,
  fitOut: Uint8Array,
  district: Uint8Array,
} as const;

export type ColumnName = keyof typeof LAYOUT;
export const COLUMN_NAMES = Object.keys(LAYOUT) as ColumnName[];
export type Columns = { [name in ColumnName]: InstanceType<(typeof LAYOUT)[name]> };
/** A row as integers. */
export type LotRow = { [name in Exclude<ColumnName, 'idEnd'>]: number };
/** What travels to a worker thread: shared memory, not copied. */
export interface ColumnBuffers {
  length: number;
  columns: Record<ColumnName, SharedArrayBuffer>;
  ids: SharedArrayBuffer;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ID_BYTES_EXPECTED = 12;

function views(buffers: ColumnBuffers['columns']): Columns {
  const view = <T>(type: new (buffer: SharedArrayBuffer) => T, name: ColumnName): [ColumnName, T] => [
    name,
    new type(buffers[name]),
  ];
  return Object.fromEntries(
    COLUMN_NAMES.map((name) => view<Columns[ColumnName]>(LAYOUT[name], name)),
  ) as unknown as Columns;
}

function copyOf(buffer: SharedArrayBuffer, bytes: number): SharedArrayBuffer {
  const copy = new SharedArrayBuffer(bytes);
  new Uint8Array(copy).set(new Uint8Array(buffer, 0, Math.min(buffer.byteLength, bytes)));
  return copy;
}

/** Lots of one deal and kind as columns of integers over shared memory. Rows are only appended. */
export class LotColumns {
  /** Typed arrays, possibly longer than `length`. */
  columns: Columns;
  private idBytes: Uint8Array;

  private constructor(private buffers: ColumnBuffers) {
    this.columns = views(buffers.columns);
    this.idBytes = new Uint8Array(buffers.ids);
  }

  static empty(capacity = 256): LotColumns {
    const columns = Object.fromEntries(
      COLUMN_NAMES.map((name) => [name, new SharedArrayBuffer(capacity * LAYOUT[name].BYTES_PER_ELEMENT)]),
    ) as ColumnBuffers['columns'];
    return new LotColumns({ length: 0, columns, ids: new SharedArrayBuffer(capacity * ID_BYTES_EXPECTED) });
  }

  static of(buffers: ColumnBuffers): LotColumns {
    return new LotColumns(buffers);
  }

  get length(): number {
    return this.buffers.length;
  }

  get shared(): ColumnBuffers {
    return this.buffers;
  }

  /** Bytes held. */
  get bytes(): number {
    return (
      this.buffers.ids.byteLength + COLUMN_NAMES.reduce((sum, name) => sum + this.buffers.columns[name].byteLength, 0)
    );
  }

  append(id: string, row: LotRow): void {
    const { length } = this.buffers;
    const start = this.idStart(length);
    const bytes = encoder.encode(id);
    if (length === this.columns.x.length) this.resize(Math.ceil(length * 1.5) + 16);
    if (start + bytes.length > this.idBytes.length) {
      this.resizeIds(Math.ceil((start + bytes.length) * 1.5));
    }
    const { columns } = this;
    for (const name of COLUMN_NAMES) columns[name][length] = name === 'idEnd' ? start + bytes.length : row[name];
    this.idBytes.set(bytes, start);
    this.buffers.length++;
  }

  id(row: number): string {
    // Decoders refuse shared memory; the copy is a few bytes.
    return decoder.decode(this.idBytes.slice(this.idStart(row), this.columns.idEnd[row]!));
  }

  /** Byte order of the ids of two rows, of this or another set. */
  compareIds(row: number, other: LotColumns, otherRow: number): number {
    const start = this.idStart(row);
    const otherStart = other.idStart(otherRow);
    const length = this.columns.idEnd[row]! - start;
    const otherLength = other.columns.idEnd[otherRow]! - otherStart;
    for (let i = 0; i < length && i < otherLength; i++) {
      const difference = this.idBytes[start + i]! - other.idBytes[otherStart + i]!;
      if (difference !== 0) return difference;
    }
    return length - otherLength;
  }

  /** The rows in the given order, in memory of exactly their size. */
  permuted(order: Uint32Array): LotColumns {
    const count = order.length;
    const result = LotColumns.empty(Math.max(1, count));
    result.buffers.length = count;
    let idBytes = 0;
    for (let i = 0; i < count; i++) idBytes += this.columns.idEnd[order[i]!]! - this.idStart(order[i]!);
    result.resizeIds(Math.max(1, idBytes));
    for (const name of COLUMN_NAMES) {
      const from = this.columns[name];
      const to = result.columns[name];
      if (name !== 'idEnd') for (let i = 0; i < count; i++) to[i] = from[order[i]!]!;
    }
    let end = 0;
    for (let i = 0; i < count; i++) {
      const row = order[i]!;
      for (let b = this.idStart(row); b < this.columns.idEnd[row]!; b++) result.idBytes[end++] = this.idBytes[b]!;
      result.columns.idEnd[i] = end;
    }
    return result;
  }

  private idStart(row: number): number {
    return row === 0 ? 0 : this.columns.idEnd[row - 1]!;
  }

  private resize(capacity: number): void {
    for (const name of COLUMN_NAMES) {
      this.buffers.columns[name] = copyOf(this.buffers.columns[name], capacity * LAYOUT[name].BYTES_PER_ELEMENT);
    }
    this.columns = views(this.buffers.columns);
  }

  private resizeIds(bytes: number): void {
    this.buffers.ids = copyOf(this.buffers.ids, bytes);
    this.idBytes = new Uint8Array(this.buffers.ids);
  }
}
