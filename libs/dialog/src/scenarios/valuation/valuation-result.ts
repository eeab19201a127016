import { formatNumber, formatRoubles, plural } from '../../ru-format.js';

/** Answer of the `valuation` job, as `POST /api/v1/valuations` returns it. */
export interface ValuationResult {
  byCoefficients: {
    base: number;
    squareCoeff: number;
    wayCoeff: number;
    pricePerM2: number;
    total: number;
    perMonth?: number;
  };
  byAnalogs:
    | { pricePerM2: number; low: number; high: number; total: number; analogs: { lotId: string }[] }
    | { refused: string };
}

/** Label → value of the figures a client compares. */
export function valuationFigures(result: ValuationResult, deal: 'rent' | 'sale'): Record<string, string> {
  const { byCoefficients, byAnalogs } = result;
  const unit = deal === 'rent' ? '/м² в год' : '/м²';
  return {
    'По коэффициентам': `${formatRoubles(byCoefficients.pricePerM2)}${unit}`,
    'Итого по коэффициентам': `${formatRoubles(byCoefficients.total)}${deal === 'rent' ? ' в год' : ''}`,
    ...(byCoefficients.perMonth !== undefined ? { 'В месяц': formatRoubles(byCoefficients.perMonth) } : {}),
    ...('refused' in byAnalogs
      ? {}
      : {
          'По аналогам': `${formatRoubles(byAnalogs.pricePerM2)}${unit}`,
          'Диапазон по аналогам': `${formatRoubles(byAnalogs.low)} – ${formatRoubles(byAnalogs.high)}${unit}`,
          'Итого по аналогам': `${formatRoubles(byAnalogs.total)}${deal === 'rent' ? ' в год' : ''}`,
        }),
  };
}

/** Both methods with what they were computed from. */
export function valuationSummary(result: ValuationResult, deal: 'rent' | 'sale'): string {
  const { byCoefficients, byAnalogs } = result;
  const unit = deal === 'rent' ? '/м² в год' : '/м²';
  const year = deal === 'rent' ? ' в год' : '';
  const month = byCoefficients.perMonth === undefined ? '' : `, ${formatRoubles(byCoefficients.perMonth)} в месяц`;
  const lines = [
    `По коэффициентам: ${formatRoubles(byCoefficients.pricePerM2)}${unit}, всего ${formatRoubles(byCoefficients.total)}${year}${month}`,
    `  база станции ${formatRoubles(byCoefficients.base)}${unit} × площадь ${formatNumber(byCoefficients.squareCoeff, 3)} × путь до метро ${formatNumber(byCoefficients.wayCoeff, 3)}`,
  ];
  if ('refused' in byAnalogs) {
    lines.push(`По аналогам: цифру не называю — ${byAnalogs.refused}`);
    return lines.join('\n');
  }
  const count = byAnalogs.analogs.length;
  lines.push(
    `По аналогам: ${formatRoubles(byAnalogs.pricePerM2)}${unit}, диапазон ${formatRoubles(byAnalogs.low)} – ${formatRoubles(byAnalogs.high)}${unit}, всего ${formatRoubles(byAnalogs.total)}${year}`,
    `  по ${formatNumber(count)} ${plural(count, ['сопоставимому лоту', 'сопоставимым лотам', 'сопоставимым лотам'])} с поправками`,
  );
  return lines.join('\n');
}
