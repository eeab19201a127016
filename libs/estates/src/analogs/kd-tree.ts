import { type ColumnBuffers, LotColumns } from './lot-columns.js';
import { DEFAULT_WEIGHTS, NO_WALK, SPANS } from './weights.js';

export const LEAF_ROWS = 256;

/** Columns whose least and greatest value each node keeps. */
export const ZONE_COLUMNS = [
  'x',
  'y',
  'logArea',
  'logPrice',
  'area',
  'price',
  'walk',
  'readiness',
  'class',
  'floor',
  'fitOut',
] as const;
export type ZoneColumn = (typeof ZONE_COLUMNS)[number];

/**
 * Zone maps of a kd-tree, nodes in the order of their making (0 is the root). `least` and `greatest` hold one value a column
 * of {@link ZONE_COLUMNS} a node. The walk's zone leaves out lots without a station, counted by `missingWalk`.
 */
export interface KdNodes {
  count: number;
  start: Uint32Array;
  end: Uint32Array;
  /** First child, the second follows it; 0 = a leaf. */
  child: Uint32Array;
  least: Int32Array;
  greatest: Int32Array;
  missingWalk: Uint32Array;
  /** Bit of each class and of each district number (31 and above share bit 31). */
  classes: Uint8Array;
  districts: Uint32Array;
}

/** Splits cut the column whose range weighs most under the default weights; other weights stay exact, only slower. */
const SPLIT_FACTORS: readonly (readonly [ZoneColumn, number])[] = [
  ['x', DEFAULT_WEIGHTS.location / SPANS.location],
  ['y', DEFAULT_WEIGHTS.location / SPANS.location],
  ['logArea', DEFAULT_WEIGHTS.area / SPANS.area],
  ['logPrice', DEFAULT_WEIGHTS.price / SPANS.price],
  ['walk', DEFAULT_WEIGHTS.walk / SPANS.walk],
  ['class', DEFAULT_WEIGHTS.class],
  ['floor', DEFAULT_WEIGHTS.floor],
  ['fitOut', DEFAULT_WEIGHTS.fitOut],
];

/** Partly sorts `order[from..to]` so that the element at `middle` is in its place by `keys` (Hoare's quickselect). */
function select(order: Uint32Array, keys: ArrayLike<number>, from: number, to: number, middle: number): void {
  let left = from;
  let right = to;
  while (left < right) {
    const pivot = keys[order[(left + right) >>> 1]!]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (keys[order[i]!]! < pivot) i++;
      while (keys[order[j]!]! > pivot) j--;
      if (i <= j) {
        const swap = order[i]!;
        order[i] = order[j]!;
        order[j] = swap;
        i++;
        j--;
      }
    }
    if (middle <= j) right = j;
    else if (middle >= i) left = i;
    else return;
  }
}

const shared = <T>(type: new (buffer: SharedArrayBuffer) => T, elements: number, bytes: number) =>
  new type(new SharedArrayBuffer(elements * bytes));

function emptyNodes(capacity: number): KdNodes {
  const zones = capacity * ZONE_COLUMNS.length;
  return {
    count: 0,
    start: shared(Uint32Array, capacity, 4),
    end: shared(Uint32Array, capacity, 4),
    child: shared(Uint32Array, capacity, 4),
    least: shared(Int32Array, zones, 4),
    greatest: shared(Int32Array, zones, 4),
    missingWalk: shared(Uint32Array, capacity, 4),
    classes: shared(Uint8Array, capacity, 1),
    districts: shared(Uint32Array, capacity, 4),
  };
}

/** Prices above 2^31 kopecks are clipped in zones; the filter by row stays exact, the zone only says «at least this». */
export const ZONE_LIMIT = 2_147_483_647;

function describe(nodes: KdNodes, node: number, { columns }: LotColumns, order: Uint32Array): void {
  const start = nodes.start[node]!;
  const end = nodes.end[node]!;
  ZONE_COLUMNS.forEach((name, zone) => {
    const column = columns[name];
    const skip = name === 'walk' ? NO_WALK : -1;
    let least = ZONE_LIMIT;
    let greatest = -ZONE_LIMIT;
    for (let i = start; i < end; i++) {
      const value = column[order[i]!]!;
      if (value === skip) continue;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    nodes.least[node * ZONE_COLUMNS.length + zone] = Math.min(least, ZONE_LIMIT);
    nodes.greatest[node * ZONE_COLUMNS.length + zone] = Math.min(greatest, ZONE_LIMIT);
  });
  let missing = 0;
  let classes = 0;
  let districts = 0;
  for (let i = start; i < end; i++) {
    const row = order[i]!;
    if (columns.walk[row] === NO_WALK) missing++;
    classes |= 1 << columns.class[row]!;
    districts |= 1 << Math.min(31, columns.district[row]!);
  }
  nodes.missingWalk[node] = missing;
  nodes.classes[node] = classes;
  nodes.districts[node] = districts;
}

/** The column to split by, or null when all rows of the node are alike. */
function widest(nodes: KdNodes, node: number): ZoneColumn | null {
  let best: ZoneColumn | null = null;
  let bestSpread = 0;
  for (const [name, factor] of SPLIT_FACTORS) {
    const zone = node * ZONE_COLUMNS.length + ZONE_COLUMNS.indexOf(name);
    const spread = (nodes.greatest[zone]! - nodes.least[zone]!) * factor;
    if (spread > bestSpread) {
      best = name;
      bestSpread = spread;
    }
  }
  return best;
}

/** A partition ready for search: rows in leaf order and the zone maps over them. */
export interface KdPartition {
  rows: ColumnBuffers;
  nodes: KdNodes;
}

/** Sorts the rows into leaves of at most {@link LEAF_ROWS} by splits at the median, and describes every node. CPU-bound: about 2 s a million rows. */
export function buildKdPartition(source: ColumnBuffers): KdPartition {
  const columns = LotColumns.of(source);
  const order = new Uint32Array(columns.length).map((_, index) => index);
  const nodes = emptyNodes(Math.max(1, Math.ceil((columns.length / LEAF_ROWS) * 4) + 2));
  nodes.end[0] = columns.length;
  nodes.count = 1;
  for (let node = 0; node < nodes.count; node++) {
    describe(nodes, node, columns, order);
    const start = nodes.start[node]!;
    const end = nodes.end[node]!;
    if (end - start <= LEAF_ROWS) continue;
    const column = widest(nodes, node);
    const middle = (start + end) >>> 1;
    if (column) select(order, columns.columns[column], start, end - 1, middle);
    const child = nodes.count;
    nodes.child[node] = child;
    nodes.start[child] = start;
    nodes.end[child] = middle;
    nodes.start[child + 1] = middle;
    nodes.end[child + 1] = end;
    nodes.count += 2;
  }
  return { rows: columns.permuted(order).shared, nodes };
}

export const nodeBytes = (nodes: KdNodes): number =>
  [nodes.start, nodes.end, nodes.child, nodes.least, nodes.greatest, nodes.missingWalk, nodes.classes, nodes.districts]
    .map(({ byteLength }) => byteLength)
    .reduce((sum, bytes) => sum + bytes, 0);
