import type { Deal, EstateClass, FitOut } from '../types.js';

/**
 * Where a coefficient comes from. `expert`: the house's working value, not confirmed by a published table and not research of
 * ours — the owner replaces it with a dated source (adjustments-file.ts); `owner`: replaced so.
 */
export interface AdjustmentSource {
  source: string;
  date: string;
  mark: 'published' | 'expert' | 'catalogue' | 'owner';
}

export interface AdjustmentTable {
  /** Relative price level of classes; an analog is adjusted by subject / analog. */
  class: Readonly<Record<EstateClass, number>> & AdjustmentSourceOf;
  fitOut: Readonly<Record<FitOut, number>> & AdjustmentSourceOf;
  /** From an asking price to a deal. */
  bargain: Readonly<Record<Deal, number>> & AdjustmentSourceOf;
  /** Level of floors against the first, by band: below ground, 1st, 2nd, 3rd and above. */
  floor: { readonly bands: readonly [number, number, number, number] } & AdjustmentSourceOf;
  /** Area, walk and location come from the catalogue's own coefficient tables. */
  tables: AdjustmentSourceOf;
}

interface AdjustmentSourceOf {
  readonly from: AdjustmentSource;
}

const EXPERT: AdjustmentSource = {
  source: 'рабочее значение по умолчанию, источника нет: заменяется таблицей владельца',
  date: '2026-10-01',
  mark: 'expert',
};

/** The adjustments of the comparative approach, each with its source and date: defaults that the owner's own replace. */
export const ADJUSTMENTS: AdjustmentTable = {
  class: { A: 1, 'B+': 0.85, B: 0.73, C: 0.62, from: EXPERT },
  fitOut: { shell: 0.82, partial: 0.91, ready: 1, from: EXPERT },
  bargain: { rent: 0.94, sale: 0.9, from: EXPERT },
  floor: {
    bands: [0.82, 1, 0.9, 0.87],
    from: { source: 'statrielt.ru, корректировки на этаж, офисы', date: '2014-03-31', mark: 'published' },
  },
  tables: {
    from: {
      source: 'square_coeffs, way_to_subway_coeffs, subway_stations каталога',
      date: '2026-10-01',
      mark: 'catalogue',
    },
  },
};
