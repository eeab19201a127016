import type { KdNodes } from './kd-tree.js';
import type { LotColumns } from './lot-columns.js';
import type { LotDistance } from './lot-distance.js';

/** A row and its score. */
export interface ScoredRow {
  rows: LotColumns;
  row: number;
  score: number;
}

/** Whether `a` goes before `b`: by score, then by id in byte order. */
const before = (a: ScoredRow, b: ScoredRow) =>
  a.score < b.score || (a.score === b.score && a.rows.compareIds(a.row, b.rows, b.row) < 0);

/** The k best rows met so far, the worst of them on top of a heap; `perEstate` keeps at most so many of one building. */
export class BestRows {
  private readonly heap: ScoredRow[] = [];
  /** A row with a greater score cannot get in. */
  threshold = Number.POSITIVE_INFINITY;

  constructor(
    private readonly k: number,
    private readonly perEstate = Number.POSITIVE_INFINITY,
  ) {}

  offer(rows: LotColumns, row: number, score: number): void {
    const candidate = { rows, row, score };
    const { heap } = this;
    if (heap.length === this.k && !before(candidate, heap[0]!)) return;
    if (this.perEstate <= heap.length && this.replaceNeighbour(candidate)) return;
    if (heap.length < this.k) {
      heap.push(candidate);
      this.up(heap.length - 1);
    } else {
      heap[0] = candidate;
      this.down(0);
    }
    if (heap.length === this.k) this.threshold = heap[0]!.score;
  }

  /** Keeps the limit a building: the worst of its rows gives way, or the candidate is refused. True when it was settled. */
  private replaceNeighbour(candidate: ScoredRow): boolean {
    const estate = candidate.rows.columns.estate[candidate.row];
    let count = 0;
    let worst = -1;
    this.heap.forEach((kept, index) => {
      if (kept.rows.columns.estate[kept.row] !== estate) return;
      count++;
      if (worst < 0 || before(this.heap[worst]!, kept)) worst = index;
    });
    if (count < this.perEstate) return false;
    if (before(candidate, this.heap[worst]!)) {
      this.heap[worst] = candidate;
      this.down(worst);
      if (this.heap.length === this.k) this.threshold = this.heap[0]!.score;
    }
    return true;
  }

  sorted(): ScoredRow[] {
    return [...this.heap].sort((a, b) => (before(a, b) ? -1 : 1));
  }

  private up(from: number): void {
    const { heap } = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!before(heap[parent]!, heap[at]!)) return;
      [heap[parent], heap[at]] = [heap[at]!, heap[parent]!];
      at = parent;
    }
  }

  private down(from: number): void {
    const { heap } = this;
    let at = from;
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(heap[worst]!, heap[child]!)) worst = child;
      }
      if (worst === at) return;
      [heap[worst], heap[at]] = [heap[at]!, heap[worst]!];
      at = worst;
    }
  }
}

/** Nodes waiting to be opened, the least bound first. Two parallel arrays: no object a node. */
class NodeQueue {
  private readonly bounds: number[] = [];
  private readonly nodes: number[] = [];

  get size(): number {
    return this.nodes.length;
  }

  get leastBound(): number {
    return this.bounds[0]!;
  }

  push(node: number, bound: number): void {
    const { bounds, nodes } = this;
    let at = nodes.length;
    nodes.push(node);
    bounds.push(bound);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (bounds[parent]! <= bound) break;
      bounds[at] = bounds[parent]!;
      nodes[at] = nodes[parent]!;
      at = parent;
    }
    bounds[at] = bound;
    nodes[at] = node;
  }

  pop(): number {
    const { bounds, nodes } = this;
    const top = nodes[0]!;
    const bound = bounds.pop()!;
    const node = nodes.pop()!;
    const size = nodes.length;
    if (size === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && bounds[child + 1]! < bounds[child]!) child++;
      if (bounds[child]! >= bound) break;
      bounds[at] = bounds[child]!;
      nodes[at] = nodes[child]!;
      at = child;
    }
    bounds[at] = bound;
    nodes[at] = node;
    return top;
  }
}

/** Rows that are no longer true, a bit each; null = none. */
export type DeadRows = Uint8Array | null;
export const isDead = (dead: DeadRows, row: number) => dead !== null && ((dead[row >>> 3]! >>> (row & 7)) & 1) === 1;

/** Offers the live rows `[start, end)` that pass the filters. Returns how many rows were read. */
export function scanRows(
  rows: LotColumns,
  start: number,
  end: number,
  distance: LotDistance,
  dead: DeadRows,
  best: BestRows,
): number {
  for (let row = start; row < end; row++) {
    if (!distance.passes(rows, row)) continue;
    const score = distance.score(rows, row);
    if (score <= best.threshold && !isDead(dead, row)) best.offer(rows, row, score);
  }
  return end - start;
}

/**
 * Best-first search: opens the node with the least bound until that bound passes the k-th score. A node whose bound equals
 * it is still opened: it may hold a tie with a smaller id. Returns how many rows were read.
 */
export function searchTree(
  rows: LotColumns,
  nodes: KdNodes,
  distance: LotDistance,
  dead: DeadRows,
  best: BestRows,
): number {
  const queue = new NodeQueue();
  const consider = (node: number) => {
    const bound = distance.bound(nodes, node);
    if (bound <= best.threshold && bound !== Number.POSITIVE_INFINITY) queue.push(node, bound);
  };
  let read = 0;
  if (rows.length > 0) consider(0);
  while (queue.size > 0 && queue.leastBound <= best.threshold) {
    const node = queue.pop();
    const child = nodes.child[node]!;
    if (child === 0) {
      read += scanRows(rows, nodes.start[node]!, nodes.end[node]!, distance, dead, best);
    } else {
      consider(child);
      consider(child + 1);
    }
  }
  return read;
}

/** How many live rows pass the filters: whole nodes are counted by their size, the rest row by row. */
export function countTree(rows: LotColumns, nodes: KdNodes, distance: LotDistance, dead: DeadRows): number {
  if (rows.length === 0) return 0;
  let count = 0;
  const stack = [0];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (distance.bound(nodes, node) === Number.POSITIVE_INFINITY) continue;
    const start = nodes.start[node]!;
    const end = nodes.end[node]!;
    if (dead === null && distance.allPass(nodes, node)) {
      count += end - start;
    } else if (nodes.child[node] !== 0) {
      stack.push(nodes.child[node]!, nodes.child[node]! + 1);
    } else {
      count += countRows(rows, start, end, distance, dead);
    }
  }
  return count;
}

export function countRows(rows: LotColumns, start: number, end: number, distance: LotDistance, dead: DeadRows): number {
  let count = 0;
  for (let row = start; row < end; row++) if (distance.passes(rows, row) && !isDead(dead, row)) count++;
  return count;
}
