import { EstatesError } from '../errors.js';
import type { SquareCoeff, WayToSubwayCoeff } from '../types.js';

/** A half-open band `[min, max)` and its coefficient; `max` null = no upper bound. */
export interface Band {
  min: number;
  max: number | null;
  coefficient: number;
}

export const areaBand = (row: SquareCoeff): Band => ({
  min: row.minArea,
  max: row.maxArea,
  coefficient: row.coefficient,
});

export const walkBand = (row: WayToSubwayCoeff): Band => ({
  min: row.minMeters,
  max: row.maxMeters,
  coefficient: row.coefficient,
});

const show = (band: Band, row: number) => `row ${row} [${band.min}, ${band.max ?? '∞'})`;

/**
 * What is wrong with a table of bands, each problem naming the offending rows by their number in the table (from 1).
 * A sound table starts at 0, has no overlap and no gap, and only its last band may be open.
 */
export function bandProblems(bands: readonly Band[]): string[] {
  const problems: string[] = [];
  const rows = bands.map((band, index) => ({ band, row: index + 1 }));
  for (const { band, row } of rows) {
    if (band.max !== null && band.max <= band.min) problems.push(`${show(band, row)} is empty: max must be above min`);
  }
  if (problems.length > 0) return problems;
  if (rows.length === 0) return ['the table is empty'];
  rows.sort((a, b) => a.band.min - b.band.min || a.row - b.row);
  const first = rows[0]!;
  if (first.band.min !== 0) problems.push(`${show(first.band, first.row)} leaves a gap [0, ${first.band.min})`);
  for (let i = 1; i < rows.length; i++) {
    const before = rows[i - 1]!;
    const after = rows[i]!;
    if (before.band.max === null || before.band.max > after.band.min) {
      problems.push(`${show(before.band, before.row)} and ${show(after.band, after.row)} overlap`);
    } else if (before.band.max < after.band.min) {
      problems.push(
        `${show(before.band, before.row)} and ${show(after.band, after.row)} leave a gap [${before.band.max}, ${after.band.min})`,
      );
    }
  }
  return problems;
}

/** A checked table of bands. Throws `INVALID_BANDS` naming the offending rows. */
export class BandTable {
  private readonly bands: readonly Band[];

  constructor(
    readonly name: 'square_coeffs' | 'way_to_subway_coeffs',
    bands: readonly Band[],
  ) {
    const problems = bandProblems(bands);
    if (problems.length > 0) throw new EstatesError('INVALID_BANDS', `${name}: ${problems.join('; ')}`, { problems });
    this.bands = [...bands].sort((a, b) => a.min - b.min);
  }

  /** Coefficient of the band that holds the value. Throws `OUT_OF_BANDS` above a closed last band. */
  coefficient(value: number): number {
    const band = this.bands.find(({ min, max }) => value >= min && (max === null || value < max));
    if (!band) {
      throw new EstatesError('OUT_OF_BANDS', `Для значения ${value} нет коэффициента в таблице.`, {
        table: this.name,
        value,
      });
    }
    return band.coefficient;
  }
}
