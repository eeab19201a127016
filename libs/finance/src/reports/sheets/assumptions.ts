import { ASSUMPTION_NAMES, ASSUMPTION_RULES, FIT_OUT_SHARE } from '../../assumptions.js';
import { FIT_OUT_LABELS, MODEL_LABELS } from '../../labels.js';
import { formatQuarter } from '../../quarter.js';
import { isOffice, isUnderConstruction } from '../../request.js';
import type { FinanceModelResult } from '../../result.js';
import { type FormatName, SheetBuilder } from '../sheet.js';

export const ASSUMPTIONS_SHEET = 'Допущения';

/** Absolute references to the cells other sheets compute from. */
export type AssumptionRefs = Readonly<Record<AssumptionCell, string>>;

type AssumptionCell =
  | (typeof ASSUMPTION_NAMES)[number]
  | 'area'
  | 'pricePerM2'
  | 'lotPrice'
  | 'monthlyRent'
  | 'annualRent'
  | 'salePrice'
  | 'cadastral'
  | 'fitOutShare'
  | 'vat'
  | 'discount'
  | 'construction'
  | 'readiness'
  | 'rentStart'
  | 'fitOutQuarter'
  | 'last'
  | 'resale'
  | 'growRent'
  | 'growFitOut';

const ORDER: readonly AssumptionCell[] = [
  'area',
  'pricePerM2',
  'lotPrice',
  'monthlyRent',
  'annualRent',
  'salePrice',
  'cadastral',
  'fitOutShare',
  'vat',
  'discount',
  ...ASSUMPTION_NAMES,
  'construction',
  'readiness',
  'rentStart',
  'fitOutQuarter',
  'last',
  'resale',
  'growRent',
  'growFitOut',
];
const FIRST_ROW = 4;

/** Where each input lies: known before the sheet is filled, so that its own formulas can use it. */
export const ASSUMPTION_REFS = Object.fromEntries(
  ORDER.map((name, i) => [name, `${ASSUMPTIONS_SHEET}!$B$${FIRST_ROW + i + 1}`]),
) as AssumptionRefs;

/** Inputs and derived indices; yellow cells may be changed, everything else in the book follows. */
export function assumptionsSheet(result: FinanceModelResult): SheetBuilder {
  const { inputs, timeline, assumptions } = result;
  const sheet = new SheetBuilder(ASSUMPTIONS_SHEET, [44, 18, 16, 46]);
  const ref = ASSUMPTION_REFS;
  const row = (name: AssumptionCell) => FIRST_ROW + ORDER.indexOf(name);
  const label = (name: AssumptionCell, text: string, unit: string, remark = '') => {
    sheet.text(row(name), 0, text);
    sheet.text(row(name), 2, unit);
    if (remark) sheet.text(row(name), 3, remark);
  };
  const input = (name: AssumptionCell, text: string, value: number, unit: string, format: FormatName, remark = '') => {
    label(name, text, unit, remark);
    sheet.value(row(name), 1, value, format, { input: true });
  };
  const derived = (
    name: AssumptionCell,
    text: string,
    formula: string,
    cached: number,
    format: FormatName,
    unit = '',
  ) => {
    label(name, text, unit);
    sheet.formula(row(name), 1, formula, cached, format);
  };

  sheet.text(0, 0, `Допущения: ${MODEL_LABELS[result.model].toLowerCase()}`, { bold: true });
  sheet.text(1, 0, 'Жёлтые ячейки можно менять: суммы и доходность пересчитаются. Горизонт можно только уменьшать.');
  sheet.header(3, 0, ['Показатель', 'Значение', 'Единица', 'Пояснение']);

  input('area', 'Площадь', inputs.area, 'м²', 'decimal');
  input('pricePerM2', 'Цена покупки', inputs.pricePerM2, '₽/м²', 'roubles');
  derived(
    'lotPrice',
    'Цена помещения',
    `ROUND(${ref.area}*${ref.pricePerM2},2)`,
    -result.roubles.buyingProperty,
    'roubles',
    '₽',
  );
  if (isOffice(result.model)) {
    label('monthlyRent', 'МАП', '', 'не используется для офиса');
    const place = `станция ${inputs.station}, ${inputs.walkMeters} м, класс ${inputs.class}`;
    input('annualRent', 'Ставка аренды', inputs.annualRentPerM2, '₽/м² в год', 'decimal', `по коэффициентам: ${place}`);
  } else {
    input('monthlyRent', 'МАП', inputs.monthlyRent ?? 0, '₽ в месяц', 'roubles');
    derived(
      'annualRent',
      'Ставка аренды',
      `${ref.monthlyRent}*12/${ref.area}`,
      inputs.annualRentPerM2,
      'decimal',
      '₽/м² в год',
    );
  }
  if (inputs.salePricePerM2 === null) label('salePrice', 'Цена перепродажи', '', 'стратегия перепродажи не считается');
  else input('salePrice', 'Цена перепродажи', inputs.salePricePerM2, '₽/м²', 'decimal', 'в ценах первого квартала');
  const cadastralRemark = inputs.averageCadastralValue === null ? 'неизвестна, налог принят нулевым' : '';
  input('cadastral', 'Кадастровая стоимость', inputs.averageCadastralValue ?? 0, '₽/м²', 'decimal', cadastralRemark);
  input(
    'fitOutShare',
    'Доля отделки к оплате',
    FIT_OUT_SHARE[inputs.fitOut],
    '',
    'percent',
    FIT_OUT_LABELS[inputs.fitOut],
  );
  input('vat', 'НДС', inputs.vatPercent / 100, '% дохода', 'percent');
  input('discount', 'Ставка дисконтирования', inputs.discountPercent / 100, '% в год', 'percent');
  for (const name of ASSUMPTION_NAMES) {
    const rule = ASSUMPTION_RULES[name];
    const percent = rule.unit === '%';
    const value = percent ? assumptions[name] / 100 : assumptions[name];
    const remark = assumptions[name] === rule.default ? 'по умолчанию' : 'задано в запросе';
    input(name, rule.label, value, percent ? '% в год' : rule.unit, percent ? 'percent' : 'decimal', remark);
  }

  const construction = isUnderConstruction(result.model);
  label('construction', 'Строящееся помещение (1 — да)', '');
  sheet.value(row('construction'), 1, construction ? 1 : 0, 'integer');
  label('readiness', 'Квартал готовности R', '', formatQuarter(timeline.readinessQuarter));
  sheet.value(row('readiness'), 1, timeline.readiness, 'integer');
  derived(
    'rentStart',
    'Начало аренды S',
    `${ref.readiness}+ROUNDUP(${ref.rentHolidayMonths}/3,0)`,
    timeline.rentStart,
    'integer',
  );
  derived('fitOutQuarter', 'Оплата отделки F', `MIN(${ref.readiness}+1,${ref.rentStart})`, timeline.fitOut, 'integer');
  derived('last', 'Последний квартал T', `${ref.readiness}+${ref.horizonQuarters}-1`, timeline.last, 'integer');
  derived('resale', 'Квартал перепродажи Q', `${ref.readiness}+1`, timeline.readiness + 1, 'integer');
  const grow = (t: number) => (construction ? (1 + assumptions.cpiPercent / 100) ** (t / 4) : 1);
  const growth = (t: string) => `IF(${ref.construction}=1,(1+${ref.cpiPercent})^(${t}/4),1)`;
  derived('growRent', 'Рост цен к началу аренды', growth(ref.rentStart), grow(timeline.rentStart), 'factor');
  derived('growFitOut', 'Рост цен к оплате отделки', growth(ref.fitOutQuarter), grow(timeline.fitOut), 'factor');
  return sheet;
}
