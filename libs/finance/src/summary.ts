import {
  FIT_OUT_LABELS,
  formatIrr,
  HOLD_RESULTS,
  MODEL_LABELS,
  NO_PAYBACK,
  RESALE_RESULTS,
  RESULT_LABELS,
} from './labels.js';
import { formatDecimal, formatMillions, fromRoubles } from './money.js';
import { formatQuarter } from './quarter.js';
import type { FinanceModelResult, ResultName } from './result.js';

/** What the dialog shows of a model; every figure comes from the result. */
export interface ModelSummary {
  title: string;
  subtitle: string;
  /** Short Russian sentences for the message itself. */
  lines: string[];
  /** Facts for the card. */
  rows: { label: string; value: string }[];
  warnings: string[];
}

/** Short Russian summary of a result for the chat: lines of the message and rows of the card. */
export function summarise(result: FinanceModelResult): ModelSummary {
  const { inputs, roubles } = result;
  const million = (amount: number) => formatMillions(fromRoubles(amount));
  const place = inputs.station === null ? '' : `, ${inputs.station}`;
  const lines = [
    `Покупка: ${million(Math.abs(roubles.buyingProperty))}, с отделкой — ${million(Math.abs(sum(roubles.buyingProperty, roubles.priceOfFinishing)))}.`,
    `Аренда: чистый доход ${million(roubles.rentIncome)}, IRR ${formatIrr(result.rentIrr)}.`,
  ];
  if (result.saleIrr && roubles.saleIncome !== null)
    lines.push(`Перепродажа после ввода: ${million(roubles.saleIncome)}, IRR ${formatIrr(result.saleIrr)}.`);
  lines.push(
    result.paybackQuarter === null
      ? 'За горизонт расчёта вложения не окупаются.'
      : `Вложения окупаются к кварталу ${formatQuarter(result.paybackQuarter)}.`,
  );
  const names: readonly ResultName[] = result.saleIrr
    ? [...HOLD_RESULTS, ...RESALE_RESULTS.filter((name) => name !== 'buyingProperty')]
    : HOLD_RESULTS;
  const rows = names.flatMap((name) => {
    const amount = roubles[name];
    return amount === null ? [] : [{ label: RESULT_LABELS[name], value: million(amount) }];
  });
  rows.push({ label: 'IRR аренды', value: formatIrr(result.rentIrr) });
  if (result.saleIrr) rows.push({ label: 'IRR перепродажи', value: formatIrr(result.saleIrr) });
  rows.push(
    { label: `NPV при ${formatDecimal(inputs.discountPercent)}\u00a0%`, value: million(result.npv) },
    { label: 'MOIC', value: result.moic === null ? '—' : `×${formatDecimal(result.moic, 2)}` },
    { label: 'Окупаемость', value: result.paybackQuarter === null ? NO_PAYBACK : formatQuarter(result.paybackQuarter) },
  );
  return {
    title: `Инвестиционная модель: ${MODEL_LABELS[result.model].toLowerCase()}`,
    subtitle: `${formatDecimal(inputs.area)}\u00a0м²${place}, ${FIT_OUT_LABELS[inputs.fitOut]}`,
    lines,
    rows,
    warnings: [...result.warnings],
  };
}

/** Exact sum of two amounts in roubles. */
function sum(a: number, b: number): number {
  return (fromRoubles(a) + fromRoubles(b)) / 100;
}
