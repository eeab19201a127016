import { MODEL_LABELS } from '../labels.js';
import { stressedCashFlows } from '../model/sensitivity.js';
import { quarterStart } from '../quarter.js';
import type { FinanceModelResult } from '../result.js';
import { planOfResult } from './result-plan.js';
import { SHEET_FONT } from './sheet.js';
import { assumptionsSheet } from './sheets/assumptions.js';
import { quartersSheet } from './sheets/quarters.js';
import { sensitivitySheet } from './sheets/sensitivity.js';
import { summarySheet } from './sheets/summary.js';
import { yearsSheet } from './sheets/years.js';

/**
 * The model as a spreadsheet whose cells are formulas with cached values: change an input on «Допущения» or the schedule on
 * «Кварталы» and every figure follows. The dates inside are those of the model, so the same result gives the same bytes.
 */
export async function renderXlsx(result: FinanceModelResult): Promise<Uint8Array> {
  const { writeXlsx } = await import('hucre/xlsx');
  const date = quarterStart(result.quarters[0]!.quarter);
  const titles = {
    freezePane: { rows: 2, columns: 2 },
    pageSetup: { printTitlesRow: '$1:$2' },
  } as const;
  return writeXlsx({
    properties: {
      title: `Инвестиционная модель: ${MODEL_LABELS[result.model].toLowerCase()}`,
      creator: 'WeWall AI',
      created: date,
      modified: date,
    },
    defaultFont: SHEET_FONT,
    sheets: [
      summarySheet(result).build(),
      quartersSheet(result).build(titles),
      yearsSheet(result).build({ freezePane: { rows: 1, columns: 1 } }),
      assumptionsSheet(result).build(),
      sensitivitySheet(result, stressedCashFlows(planOfResult(result))).build(),
    ],
  });
}
