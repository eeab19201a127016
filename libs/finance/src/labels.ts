import { formatDecimal } from './money.js';
import type { FinanceModel, FitOutState } from './request.js';
import type { Irr, ResultName } from './result.js';

export const MODEL_LABELS: Readonly<Record<FinanceModel, string>> = {
  'office-ready': 'Готовый офис',
  'office-construction': 'Строящийся офис',
  'retail-ready': 'Готовое торговое помещение',
  'retail-construction': 'Строящееся торговое помещение',
};

export const FIT_OUT_LABELS: Readonly<Record<FitOutState, string>> = {
  shell: 'без отделки',
  partial: 'частичная отделка',
  ready: 'с отделкой',
};

export const RESULT_LABELS: Readonly<Record<ResultName, string>> = {
  buyingProperty: 'Покупка помещения',
  saleProperty: 'Продажа помещения',
  addedValue: 'Прирост стоимости',
  saleTax: 'Налоги при продаже',
  saleIncome: 'Доход от перепродажи',
  priceOfFinishing: 'Отделка',
  rentFlow: 'Арендный поток',
  terminalValue: 'Терминальная стоимость',
  rentTax: 'Налоги на имущество и доход',
  rentIncome: 'Доход от аренды',
};

/** Rows of the two strategies, in the order in which they add up to the last one. */
export const HOLD_RESULTS = [
  'buyingProperty',
  'priceOfFinishing',
  'rentFlow',
  'terminalValue',
  'rentTax',
  'rentIncome',
] as const satisfies readonly ResultName[];
export const RESALE_RESULTS = [
  'buyingProperty',
  'saleProperty',
  'addedValue',
  'saleTax',
  'saleIncome',
] as const satisfies readonly ResultName[];

export const NO_IRR = 'не определяется';
export const NO_PAYBACK = 'не окупается';

/** «13,21 % годовых» or that it is not defined. */
export function formatIrr({ status, percent }: Irr): string {
  if (percent === undefined) return NO_IRR;
  const note = status === 'multiple' ? ' (неоднозначно)' : '';
  return `${formatDecimal(percent, 2)}\u00a0% годовых${note}`;
}
