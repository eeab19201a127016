import { ASSUMPTION_NAMES, ASSUMPTION_RULES } from './assumptions.js';
import { FIT_OUT_LABELS, formatIrr, MODEL_LABELS, NO_PAYBACK, RESULT_LABELS } from './labels.js';
import { formatDecimal, formatMillions, formatRoubles, fromRoubles, type Kopecks, sumMoney } from './money.js';
import { formatQuarter } from './quarter.js';
import type { FinanceModelResult, ResultName } from './result.js';

/** One changed figure, ready to be shown: «Площадь: 200 м² → 250 м²». */
export interface ComparisonRow {
  /** Stable name: of the request's field, of the assumption or of the result. */
  name: string;
  label: string;
  before: string;
  after: string;
  /** Difference of a result in roubles or of a rate in percentage points; absent where a difference means nothing. */
  change?: string;
}

export interface ModelComparison {
  inputs: ComparisonRow[];
  results: ComparisonRow[];
}

const NONE = '—';

interface Fact {
  name: string;
  label: string;
  value: string;
  amount?: Kopecks;
  percent?: number;
}

/**
 * What changed between two results: the inputs the client corrected and the results that followed. Unchanged figures are left out;
 * a figure that appears or disappears is shown against «—».
 */
export function compareModels(before: FinanceModelResult, after: FinanceModelResult): ModelComparison {
  return {
    inputs: changed(inputFacts(before), inputFacts(after)),
    results: changed(resultFacts(before), resultFacts(after)),
  };
}

function changed(before: readonly Fact[], after: readonly Fact[]): ComparisonRow[] {
  const old = new Map(before.map((fact) => [fact.name, fact]));
  const fresh = new Map(after.map((fact) => [fact.name, fact]));
  const names = [...new Set([...fresh.keys(), ...old.keys()])];
  return names.flatMap((name) => {
    const from = old.get(name);
    const to = fresh.get(name);
    if (from?.value === to?.value && from?.amount === to?.amount && from?.percent === to?.percent) return [];
    const change = from && to ? difference(from, to) : undefined;
    return [
      {
        name,
        label: (to ?? from)!.label,
        before: from?.value ?? NONE,
        after: to?.value ?? NONE,
        ...(change === undefined ? {} : { change }),
      },
    ];
  });
}

function difference(from: Fact, to: Fact): string | undefined {
  if (from.amount !== undefined && to.amount !== undefined) {
    const delta = sumMoney([to.amount, -from.amount]);
    return `${delta > 0 ? '+' : ''}${formatMillions(delta)}`;
  }
  if (from.percent !== undefined && to.percent !== undefined) {
    const delta = to.percent - from.percent;
    return `${delta > 0 ? '+' : ''}${formatDecimal(delta, 2)}\u00a0п.\u00a0п.`;
  }
  return undefined;
}

function inputFacts({ model, inputs, timeline, assumptions }: FinanceModelResult): Fact[] {
  const optional = (name: string, label: string, value: string | number | null, unit: string): Fact[] =>
    value === null
      ? []
      : [
          {
            name,
            label,
            value: `${typeof value === 'number' ? formatDecimal(value) : value}${unit && `\u00a0${unit}`}`,
          },
        ];
  const schedule = inputs.payments.map(
    ({ quarter, percent }) => `${formatQuarter(quarter)}\u00a0— ${formatDecimal(percent, 6)}\u00a0%`,
  );
  return [
    { name: 'model', label: 'Модель', value: MODEL_LABELS[model] },
    ...optional('area', 'Площадь', inputs.area, 'м²'),
    ...optional('pricePerM2', 'Цена', inputs.pricePerM2, '₽/м²'),
    { name: 'fitOut', label: 'Отделка', value: FIT_OUT_LABELS[inputs.fitOut] },
    ...optional('class', 'Класс', inputs.class, ''),
    ...optional('station', 'Станция метро', inputs.station, ''),
    ...optional('walkMeters', 'До метро', inputs.walkMeters, 'м'),
    ...optional('monthlyRent', 'МАП', inputs.monthlyRent, '₽ в месяц'),
    ...optional('annualRentPerM2', 'Ставка аренды', inputs.annualRentPerM2, '₽/м² в год'),
    ...optional('priceAtCompletion', 'Цена перепродажи', inputs.salePricePerM2, '₽/м²'),
    ...optional('averageCadastralValue', 'Кадастровая стоимость', inputs.averageCadastralValue, '₽/м²'),
    { name: 'dealQuarter', label: 'Сделка', value: formatQuarter(timeline.dealQuarter) },
    { name: 'readiness', label: 'Готовность', value: formatQuarter(timeline.readinessQuarter) },
    { name: 'payments', label: 'График платежей', value: schedule.join(', ') },
    ...optional('vatPercent', 'НДС', inputs.vatPercent, '%'),
    ...optional('discountPercent', 'Ставка дисконтирования', inputs.discountPercent, '%'),
    ...ASSUMPTION_NAMES.flatMap((name) =>
      optional(`assumptions.${name}`, ASSUMPTION_RULES[name].label, assumptions[name], ASSUMPTION_RULES[name].unit),
    ),
  ];
}

function resultFacts(result: FinanceModelResult): Fact[] {
  const money = (name: string, label: string, roubles: number): Fact => {
    const amount = fromRoubles(roubles);
    return { name, label, value: formatRoubles(amount), amount };
  };
  const amounts = (Object.keys(RESULT_LABELS) as ResultName[]).flatMap((name) => {
    const roubles = result.roubles[name];
    return roubles === null ? [] : [money(name, RESULT_LABELS[name], roubles)];
  });
  const irr = (name: string, label: string, value: FinanceModelResult['saleIrr']): Fact[] =>
    value === null
      ? []
      : [{ name, label, value: formatIrr(value), ...(value.percent === undefined ? {} : { percent: value.percent }) }];
  const payback = result.paybackQuarter === null ? NO_PAYBACK : formatQuarter(result.paybackQuarter);
  return [
    ...amounts,
    ...irr('rentIrr', 'IRR аренды', result.rentIrr),
    ...irr('saleIrr', 'IRR перепродажи', result.saleIrr),
    money('npv', 'NPV', result.npv),
    ...(result.moic === null ? [] : [{ name: 'moic', label: 'MOIC', value: `×${formatDecimal(result.moic, 2)}` }]),
    { name: 'paybackQuarter', label: 'Окупаемость', value: payback },
  ];
}
