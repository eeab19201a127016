import type { FinanceModelResult } from '../result.js';
import { cashFlowChartSvg } from './chart.js';
import { FONT_FAMILY, FONT_FILES } from './fonts.js';

/** The cash flow chart for messengers: PNG, 1520 × 680. CPU-bound, tens of milliseconds: call it in a worker. */
export async function renderChartPng(result: FinanceModelResult): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const image = new Resvg(cashFlowChartSvg(result), {
    fitTo: { mode: 'zoom', value: 2 },
    font: { fontFiles: [FONT_FILES.regular], loadSystemFonts: false, defaultFontFamily: FONT_FAMILY },
  });
  return image.render().asPng();
}
