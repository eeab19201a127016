import { ASSUMPTION_NAMES, ASSUMPTION_RULES, type AssumptionName, VAT_PERCENTS } from './assumptions.js';
import { type FinanceProblem, FinanceRequestError } from './finance.errors.js';
import { scheduleOf } from './model/plan.js';
import { add, compare, integerRatio, ratioOf, toNumber, ZERO } from './model/ratio.js';
import { formatDecimal } from './money.js';
import { formatQuarter, parseQuarter, quarterLabel, quarterOf } from './quarter.js';
import {
  FINANCE_MODELS,
  FIT_OUTS,
  type FinanceModelRequest,
  isOffice,
  isUnderConstruction,
  PREMISES_CLASSES,
} from './request.js';

interface NumberRule {
  label: string;
  /** Inclusive bounds. */
  min: number;
  max: number;
  integer?: boolean;
  unit: string;
}

/** Bounds of the numeric fields; those of the assumptions are in `ASSUMPTION_RULES`. */
export const REQUEST_BOUNDS = {
  area: { label: 'Площадь', min: 1, max: 500_000, unit: 'м²' },
  pricePerM2: { label: 'Цена за м²', min: 1, max: 10_000_000, unit: '₽/м²' },
  walkMeters: { label: 'Расстояние до метро', min: 0, max: 50_000, unit: 'м' },
  monthlyRent: { label: 'Месячный арендный поток (МАП)', min: 1, max: 10_000_000_000, unit: '₽ в месяц' },
  priceAtCompletion: { label: 'Цена при вводе', min: 1, max: 10_000_000, unit: '₽/м²' },
  averageCadastralValue: { label: 'Кадастровая стоимость', min: 0, max: 10_000_000, unit: '₽/м²' },
  discountPercent: { label: 'Ставка дисконтирования', min: 0, max: 100, unit: '%' },
} as const satisfies Record<string, NumberRule>;

type NumberField = keyof typeof REQUEST_BOUNDS;

const MAX_PAYMENTS = 120;
/** Quarters by which a payment may precede the deal, and the readiness may follow the first quarter. */
const MAX_LEAD = 40;
const MAX_CONSTRUCTION = 60;
const MAX_TEXT = 100;

const TEXT_FIELDS = {
  class: 'Класс',
  station: 'Станция метро',
  dealQuarter: 'Квартал сделки',
  readiness: 'Срок готовности',
};
const KNOWN_FIELDS = new Set([
  ...Object.keys(REQUEST_BOUNDS),
  ...Object.keys(TEXT_FIELDS),
  'model',
  'fitOut',
  'payments',
  'vatPercent',
  'assumptions',
]);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Collects problems so that a client is told about all of them at once. */
class Findings {
  readonly problems: FinanceProblem[] = [];

  add(code: FinanceProblem['code'], field: string, detail: string, extra: Partial<FinanceProblem> = {}): void {
    this.problems.push({ code, field, detail, ...extra });
  }

  number(field: string, value: unknown, rule: NumberRule): boolean {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      this.add('NOT_A_NUMBER', field, `${rule.label}: нужно обычное число.`);
      return false;
    }
    if (value < rule.min || value > rule.max) {
      const bounds = `от ${formatDecimal(rule.min)} до ${formatDecimal(rule.max)} ${rule.unit}`;
      this.add('VALUE_OUT_OF_RANGE', field, `${rule.label}: допустимо ${bounds}.`);
      return false;
    }
    if (rule.integer && !Number.isInteger(value)) {
      this.add('NOT_AN_INTEGER', field, `${rule.label}: нужно целое число.`);
      return false;
    }
    return true;
  }

  oneOf(field: string, value: unknown, allowed: readonly (string | number)[], label: string): boolean {
    if ((typeof value === 'string' || typeof value === 'number') && allowed.includes(value)) return true;
    this.add('UNKNOWN_VALUE', field, `${label}: допустимо ${allowed.join(', ')}.`);
    return false;
  }

  required(field: string, label: string): void {
    this.add('FIELD_REQUIRED', field, `Не хватает данных: ${label}.`);
  }

  throwIfAny(): void {
    const [first, ...rest] = this.problems;
    if (first) throw new FinanceRequestError([first, ...rest]);
  }
}

/**
 * Checks the body of a finance model request field by field. `now` gives the current quarter when `dealQuarter` is absent.
 * @throws FinanceRequestError naming every problem found
 */
export function validateFinanceRequest(input: unknown, now: Date): FinanceModelRequest {
  const found = new Findings();
  if (!isRecord(input)) {
    found.add('INVALID_REQUEST', '', 'Запрос на расчёт должен быть объектом.');
    found.throwIfAny();
    throw new TypeError('unreachable');
  }
  checkFields(input, found);
  checkModelFields(input, found);
  checkAssumptions(input.assumptions, found);
  const payments = paymentsAtDeal(input, now);
  checkPayments(payments, found);
  found.throwIfAny();
  // Every field has been checked above, so the record has the type it claims.
  const request = pickKnown({ ...input, payments }) as unknown as FinanceModelRequest;
  checkTimeline(request, now, found);
  found.throwIfAny();
  return request;
}

/** Names of fields the model does not know; they are reported, never silently obeyed. */
export function unknownFields(input: object): string[] {
  return Object.keys(input).filter((name) => !KNOWN_FIELDS.has(name));
}

function pickKnown(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => KNOWN_FIELDS.has(name) && value !== undefined && value !== null),
  );
}

/** The share paid «сразу» (key `now`) belongs to the deal quarter; everything else stays as given. */
function paymentsAtDeal(input: Record<string, unknown>, now: Date): unknown {
  const { payments, dealQuarter } = input;
  if (!isRecord(payments) || typeof payments.now !== 'number') return payments;
  const { now: share, ...dated } = payments;
  const deal =
    typeof dealQuarter === 'string' && parseQuarter(dealQuarter) !== null ? dealQuarter : quarterLabel(quarterOf(now));
  const already = dated[deal] ?? 0;
  return { ...dated, [deal]: typeof already === 'number' ? already + share : already };
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function checkFields(input: Record<string, unknown>, found: Findings): void {
  if (given(input.model)) found.oneOf('model', input.model, FINANCE_MODELS, 'Модель');
  else found.required('model', 'вид модели');
  for (const field of Object.keys(REQUEST_BOUNDS) as NumberField[]) {
    if (given(input[field])) found.number(field, input[field], REQUEST_BOUNDS[field]);
    else if (field === 'area' || field === 'pricePerM2')
      found.required(field, REQUEST_BOUNDS[field].label.toLowerCase());
  }
  if (given(input.fitOut)) found.oneOf('fitOut', input.fitOut, FIT_OUTS, 'Отделка');
  else found.required('fitOut', 'состояние отделки');
  if (given(input.vatPercent)) found.oneOf('vatPercent', input.vatPercent, VAT_PERCENTS, 'Ставка НДС, %');
  else found.required('vatPercent', 'ставка НДС (0, 5 или 7 %)');
  if (given(input.class)) found.oneOf('class', input.class, PREMISES_CLASSES, TEXT_FIELDS.class);
  if (
    given(input.station) &&
    (typeof input.station !== 'string' || !input.station.trim() || input.station.length > MAX_TEXT)
  )
    found.add('UNKNOWN_VALUE', 'station', 'Станция метро: нужно название.');
  for (const field of ['dealQuarter', 'readiness'] as const) {
    const value = input[field];
    if (!given(value) || (field === 'readiness' && value === 'ready')) continue;
    if (typeof value !== 'string' || parseQuarter(value) === null)
      found.add('BAD_QUARTER', field, `${TEXT_FIELDS[field]}: нужен квартал вида 2027-Q1.`);
  }
}

function checkModelFields(input: Record<string, unknown>, found: Findings): void {
  const model = FINANCE_MODELS.find((name) => name === input.model);
  if (!model) return;
  if (isOffice(model)) {
    if (!given(input.class)) found.required('class', 'класс офиса');
    if (!given(input.station)) found.required('station', 'станция метро');
    if (!given(input.walkMeters)) found.required('walkMeters', 'расстояние до метро');
  } else if (!given(input.monthlyRent)) found.required('monthlyRent', 'месячный арендный поток (МАП)');
  if (!isUnderConstruction(model)) return;
  if (!given(input.readiness)) found.required('readiness', 'квартал ввода в эксплуатацию');
  else if (input.readiness === 'ready')
    found.add('READINESS_CONFLICT', 'readiness', 'Для строящегося помещения нужен квартал ввода, например 2027-Q1.');
}

function checkAssumptions(input: unknown, found: Findings): void {
  if (!given(input)) return;
  if (!isRecord(input)) {
    found.add('INVALID_REQUEST', 'assumptions', 'Допущения должны быть объектом.');
    return;
  }
  for (const [name, value] of Object.entries(input)) {
    if (!ASSUMPTION_NAMES.includes(name as AssumptionName)) {
      const allowed = ASSUMPTION_NAMES.join(', ');
      found.add('UNKNOWN_ASSUMPTION', 'assumptions', `Неизвестное допущение; есть только ${allowed}.`);
    } else if (given(value)) found.number(`assumptions.${name}`, value, ASSUMPTION_RULES[name as AssumptionName]);
  }
}

function checkPayments(input: unknown, found: Findings): void {
  if (!given(input)) return;
  if (!isRecord(input)) {
    found.add('INVALID_REQUEST', 'payments', 'График платежей должен быть объектом «квартал: процент».');
    return;
  }
  const entries = Object.entries(input);
  if (entries.length > MAX_PAYMENTS) {
    found.add('SCHEDULE_TOO_LONG', 'payments', `В графике больше ${MAX_PAYMENTS} платежей.`);
    return;
  }
  const before = found.problems.length;
  let sum = ZERO;
  for (const [quarter, percent] of entries) {
    if (parseQuarter(quarter) === null)
      found.add('BAD_QUARTER', 'payments', 'График платежей: нужны кварталы вида 2027-Q1.');
    const rule = { label: `Платёж за ${formatQuarter(quarter.slice(0, 10))}`, min: 0, max: 100, unit: '%' };
    if (found.number(`payments.${quarter.slice(0, 10)}`, percent, rule)) sum = add(sum, ratioOf(percent as number));
  }
  if (found.problems.length > before || compare(sum, integerRatio(100)) === 0) return;
  const total = toNumber(sum);
  found.add(
    'SCHEDULE_NOT_100',
    'payments',
    `Платежи должны составлять ровно 100 % цены, а в графике ${formatDecimal(total, 10)} %.`,
    { sum: total },
  );
}

function checkTimeline(request: FinanceModelRequest, now: Date, found: Findings): void {
  const schedule = scheduleOf(request, now);
  const underConstruction = isUnderConstruction(request.model);
  if (schedule.deal - schedule.start > MAX_LEAD)
    found.add('PAYMENT_TOO_EARLY', 'payments', 'Первый платёж раньше сделки более чем на 10 лет: проверьте кварталы.');
  if (underConstruction && schedule.readiness < schedule.start)
    found.add(
      'READINESS_CONFLICT',
      'readiness',
      'Квартал ввода раньше сделки и первого платежа: для построенного помещения выберите модель готового.',
    );
  if (schedule.readiness - schedule.start > MAX_CONSTRUCTION)
    found.add('READINESS_TOO_FAR', 'readiness', 'До ввода больше 15 лет: проверьте квартал.');
  if (!underConstruction && request.readiness && request.readiness !== 'ready') {
    const readiness = parseQuarter(request.readiness);
    if (readiness !== null && readiness > schedule.deal)
      found.add(
        'READINESS_CONFLICT',
        'readiness',
        'Помещение ещё строится: выберите модель строящегося или уберите квартал ввода.',
      );
  }
  if (schedule.holidays >= schedule.assumptions.horizonQuarters)
    found.add(
      'RENT_HOLIDAYS_EXCEED_HORIZON',
      'assumptions.rentHolidayMonths',
      'Арендные каникулы занимают весь горизонт расчёта: аренды не будет.',
    );
  const late = schedule.payments.filter(({ quarter }) => quarter > schedule.last);
  if (late.length > 0) {
    found.add(
      'PAYMENT_AFTER_HORIZON',
      'payments',
      `Последний квартал расчёта — ${formatQuarter(quarterLabel(schedule.last))}, а платёж стоит позже. Увеличьте горизонт или перенесите платёж.`,
    );
  }
}
