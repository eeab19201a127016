import { Resvg } from '@resvg/resvg-js';
import type { FinanceModelResult } from '../result.js';
import { cashFlowChartSvg } from './chart.js';
import { FONT_FAMILY, FONT_FILES } from './fonts.js';

/** The cash flow chart for messengers: PNG, 1520 × 680. CPU-bound, tens of milliseconds: call it in a worker. */
export function renderChartPng(result: FinanceModelResult): Uint8Array {
  const image = new Resvg(cashFlowChartSvg(result), {
    fitTo: { mode: 'zoom', value: 2 },
    font: { fontFiles: [FONT_FILES.regular], loadSystemFonts: false, defaultFontFamily: FONT_FAMILY },
  });
  return image.render().asPng();
}
