/** Roots of the net present value per period; `rates` ascending, `closestToZero` is present unless there is none. */
export interface RateOfReturn {
  status: 'unique' | 'none' | 'multiple';
  rates: number[];
  closestToZero?: number;
}

// The search runs over u = ln(1 + r): −99.999 % … +9 870 000 % per period. Rates outside mean nothing to a reader.
const LOWEST = -11.5;
const HIGHEST = 11.5;
const CELL = 0.05;
const CELLS = Math.round((HIGHEST - LOWEST) / CELL);
/** A turning point this close to zero, relative to the size of the terms, is a double root. */
const TOUCH = 1e-11;

/** NPV at u times a positive factor, and the derivative in u of that product. */
interface Evaluation {
  value: number;
  slope: number;
  /** Sum of absolute terms: the scale of rounding noise. */
  magnitude: number;
}

/**
 * Below zero the polynomial is evaluated from its other end (multiplied by e^{u·last}), which keeps every power within [0, 1] and
 * moves no root.
 */
function evaluate(flows: readonly number[], u: number, reversed = u < 0): Evaluation {
  const last = flows.length - 1;
  const base = Math.exp(reversed ? u : -u);
  let factor = 1;
  let value = 0;
  let slope = 0;
  let magnitude = 0;
  for (let i = 0; i <= last; i++) {
    const term = flows[reversed ? last - i : i]! * factor;
    value += term;
    slope += i * term;
    magnitude += Math.abs(term);
    factor *= base;
  }
  return { value, slope: reversed ? slope : -slope, magnitude };
}

/** Root of `f` in a bracket with opposite signs at its ends: secant steps, bisection whenever they leave the bracket or stall. */
function solve(f: (u: number) => number, from: number, to: number): number {
  let a = from;
  let b = to;
  let fa = f(a);
  let fb = f(b);
  if (fa === 0) return a;
  if (fb === 0) return b;
  for (let step = 0; step < 200 && b - a > 1e-15 * Math.max(1, Math.abs(a)); step++) {
    const secant = b - (fb * (b - a)) / (fb - fa);
    const margin = (b - a) * 1e-3;
    const safe = step % 3 !== 2 && secant > a + margin && secant < b - margin;
    const u = safe ? secant : (a + b) / 2;
    const fu = f(u);
    if (fu === 0) return u;
    if (fu > 0 === fa > 0) {
      a = u;
      fa = fu;
    } else {
      b = u;
      fb = fu;
    }
  }
  return Math.abs(fa) < Math.abs(fb) ? a : b;
}

function signChanges(flows: readonly number[]): number {
  let changes = 0;
  let previous = 0;
  for (const flow of flows) {
    if (flow === 0) continue;
    if (previous !== 0 && flow > 0 !== previous > 0) changes++;
    previous = flow;
  }
  return changes;
}

/**
 * Every root in the range. Between two roots of a smooth function its derivative vanishes (Rolle), so a cell without a sign change
 * is still searched for a turning point that touches or crosses zero.
 */
function scan(flows: readonly number[]): number[] {
  const roots: number[] = [];
  const push = (u: number) => {
    const previous = roots.at(-1);
    if (previous === undefined || Math.abs(u - previous) > 1e-9) roots.push(u);
  };
  for (let cell = 0; cell < CELLS; cell++) {
    const a = LOWEST + cell * CELL;
    const b = LOWEST + (cell + 1) * CELL;
    const reversed = a + b < 0;
    const value = (u: number) => evaluate(flows, u, reversed).value;
    const left = evaluate(flows, a, reversed);
    const right = evaluate(flows, b, reversed);
    if (left.value === 0) push(a);
    if (right.value === 0) push(b);
    if (left.value === 0 || right.value === 0) continue;
    if (left.value > 0 !== right.value > 0) push(solve(value, a, b));
    else if (left.slope > 0 !== right.slope > 0) {
      const turn = solve((u) => evaluate(flows, u, reversed).slope, a, b);
      const peak = evaluate(flows, turn, reversed);
      if (Math.abs(peak.value) <= TOUCH * peak.magnitude) push(turn);
      else if (peak.value > 0 !== left.value > 0) {
        push(solve(value, a, turn));
        push(solve(value, turn, b));
      }
    }
  }
  return roots;
}

/**
 * Internal rates of return per period of equally spaced flows (any unit).
 *
 * One sign change means exactly one root (Descartes' rule), which is bracketed and solved. Otherwise a grid of 460 cells in ln(1 + r)
 * is scanned; pairs of roots inside one cell and double roots are found by the turning point between them. Only a third
 * root within one cell (0.05 in ln(1 + r)) could escape. Deterministic: no starting guess.
 */
export function rateOfReturn(flows: readonly number[]): RateOfReturn {
  const changes = signChanges(flows);
  if (changes === 0) return { status: 'none', rates: [] };
  const value = (u: number) => evaluate(flows, u).value;
  let roots: number[];
  if (changes === 1) {
    const low = value(LOWEST);
    const high = value(HIGHEST);
    roots = low !== 0 && high !== 0 && low > 0 === high > 0 ? [] : [solve(value, LOWEST, HIGHEST)];
  } else roots = scan(flows);
  const rates = roots.map((u) => Math.expm1(u));
  if (rates.length === 0) return { status: 'none', rates };
  const closestToZero = rates.reduce((best, rate) => (Math.abs(rate) < Math.abs(best) ? rate : best));
  return { status: rates.length === 1 ? 'unique' : 'multiple', rates, closestToZero };
}
