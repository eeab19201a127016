import { FINANCE_MODELS, type FinanceModelRequest } from '#libs/finance';
import {
  classAnswer,
  fitOutAnswer,
  readinessAnswer,
  stageAnswer,
  vatAnswer,
  walkAnswer,
} from '../../form/direct-answer.js';
import type { FormDefinition } from '../../form/question.js';
import {
  formatArea,
  formatMeters,
  formatNumber,
  formatPercent,
  formatReadiness,
  formatRoubles,
  nominalArea,
} from '../../ru-format.js';
import type { FormSlots } from '../../state.js';
import { FIT_OUT_WORDS, MODEL_WORDS } from '../../vocabulary.js';

const isOffice = ({ model }: FormSlots) => model === 'office-ready' || model === 'office-construction';
const isRetail = ({ model }: FormSlots) => model === 'retail-ready' || model === 'retail-construction';
const isConstruction = ({ model }: FormSlots) => model === 'office-construction' || model === 'retail-construction';

export const FINANCE_FORM: FormDefinition = {
  confirmPhrase: 'finance.confirm',
  adopt: (told, known) => adoptModel(adoptAmounts(told, known), known),
  questions: [
    {
      step: 'model',
      label: 'Модель',
      slots: ['model', 'kind', 'stage'],
      expects: 'model',
      read: (text) => stageAnswer(text),
      phrase: () => 'finance.ask.model',
      show: ({ model }) => model && MODEL_WORDS[model],
    },
    {
      step: 'area',
      label: 'Площадь',
      slots: ['areaMin', 'areaMax'],
      expects: 'area',
      phrase: () => 'finance.ask.area',
      show: (slots) => {
        const area = nominalArea(slots);
        return area === undefined ? undefined : formatArea(area);
      },
    },
    {
      step: 'price',
      label: 'Цена за м²',
      slots: ['pricePerM2'],
      expects: 'pricePerM2',
      phrase: () => 'finance.ask.price',
      show: ({ pricePerM2 }) => (pricePerM2 === undefined ? undefined : formatRoubles(pricePerM2)),
    },
    {
      step: 'station',
      label: 'Метро',
      slots: ['stations'],
      expects: 'place',
      applies: isOffice,
      phrase: () => 'finance.ask.station',
      show: ({ stations }) => stations?.[0],
    },
    {
      step: 'walk',
      label: 'До метро',
      slots: ['walkMeters'],
      expects: 'walkMeters',
      applies: isOffice,
      read: walkAnswer,
      misreadAs: ['areaMin', 'areaMax'],
      phrase: () => 'finance.ask.walk',
      show: ({ walkMeters }) => (walkMeters === undefined ? undefined : formatMeters(walkMeters)),
    },
    {
      step: 'class',
      label: 'Класс',
      slots: ['classes'],
      expects: 'classes',
      applies: isOffice,
      read: classAnswer,
      phrase: () => 'finance.ask.class',
      show: ({ classes }) => classes?.[0],
    },
    {
      step: 'rent',
      label: 'Арендный поток (МАП)',
      slots: ['monthlyRent'],
      expects: 'monthlyRent',
      applies: isRetail,
      phrase: () => 'finance.ask.rent',
      show: ({ monthlyRent }) => (monthlyRent === undefined ? undefined : `${formatRoubles(monthlyRent)} в месяц`),
    },
    {
      step: 'fitOut',
      label: 'Отделка',
      slots: ['fitOut'],
      expects: 'fitOut',
      read: fitOutAnswer,
      phrase: () => 'finance.ask.fitOut',
      show: ({ fitOut }) => fitOut && FIT_OUT_WORDS[fitOut],
    },
    {
      step: 'readiness',
      label: 'Ввод',
      slots: ['readiness'],
      expects: 'readiness',
      applies: isConstruction,
      read: readinessAnswer,
      phrase: () => 'finance.ask.readiness',
      show: ({ readiness }) => (readiness && readiness !== 'ready' ? formatReadiness(readiness) : undefined),
    },
    {
      step: 'resale',
      label: 'Цена продажи при вводе',
      slots: ['priceAtCompletion'],
      expects: 'pricePerM2',
      applies: ({ model }) => model === 'retail-construction',
      skippable: true,
      // The understander reads any price per m² into one slot.
      read: (_text, reading) =>
        reading.slots.pricePerM2 === undefined ? undefined : { priceAtCompletion: reading.slots.pricePerM2 },
      misreadAs: ['pricePerM2'],
      phrase: () => 'finance.ask.resale',
      show: ({ priceAtCompletion }) =>
        priceAtCompletion === undefined ? undefined : `${formatRoubles(priceAtCompletion)}/м²`,
    },
    {
      step: 'payments',
      label: 'Оплата',
      slots: ['payments'],
      expects: 'payments',
      applies: isConstruction,
      skippable: true,
      skipPattern: /^(?:сразу|единовременно|одним плат[её]жом|100\s*%?(?:\s+сразу)?)[.!\s]*$/iu,
      phrase: () => 'finance.ask.payments',
      show: ({ payments }) =>
        payments &&
        Object.entries(payments)
          .map(
            ([quarter, percent]) =>
              `${quarter === 'now' ? 'сразу' : formatReadiness(quarter)} — ${formatNumber(percent)} %`,
          )
          .join(', '),
    },
    {
      step: 'vat',
      label: 'НДС при УСН',
      slots: ['vatPercent'],
      expects: 'vatPercent',
      read: vatAnswer,
      phrase: () => 'finance.ask.vat',
      show: ({ vatPercent }) => (vatPercent === undefined ? undefined : formatPercent(vatPercent)),
    },
  ],
};

/** «Строящийся» and «офис» said apart make a model together; either half corrects a known one. */
function adoptModel(told: FormSlots, known: FormSlots): FormSlots {
  if (told.model) return told;
  if (told.kind === undefined && told.stage === undefined) return told;
  const kind = told.kind ?? known.kind ?? known.model?.split('-')[0];
  const stage = told.stage ?? known.stage ?? known.model?.split('-')[1];
  const model = FINANCE_MODELS.find((name) => name === `${kind}-${stage}`);
  return {
    ...told,
    ...((told.kind ?? known.kind) ? { kind: told.kind ?? known.kind } : {}),
    ...((told.stage ?? known.stage) ? { stage: told.stage ?? known.stage } : {}),
    ...(model ? { model } : {}),
  };
}

/** An amount told as a budget: per m² it is the price, a month of a shop it is the rent. */
function adoptAmounts(told: FormSlots, known: FormSlots): FormSlots {
  const stated = told.budgetMax ?? told.budgetMin;
  if (stated === undefined) return told;
  if (told.budgetPer === 'sqm' && told.pricePerM2 === undefined) return { ...told, pricePerM2: stated };
  if (told.budgetPeriod === 'month' && isRetail({ ...known, ...told }) && told.monthlyRent === undefined)
    return { ...told, monthlyRent: stated };
  return told;
}

/** Payload of the `finance-model` job; called only when every applicable question is answered. */
export function financeRequest(slots: FormSlots): FinanceModelRequest {
  const { model = 'office-ready', pricePerM2 = 0, fitOut = 'ready', vatPercent = 0 } = slots;
  const station = slots.stations?.[0];
  return {
    model,
    area: nominalArea(slots) ?? 0,
    pricePerM2,
    fitOut,
    vatPercent,
    ...(isOffice(slots) && slots.classes?.[0] ? { class: slots.classes[0] } : {}),
    ...(isOffice(slots) && station ? { station } : {}),
    ...(isOffice(slots) && slots.walkMeters !== undefined ? { walkMeters: slots.walkMeters } : {}),
    ...(isRetail(slots) && slots.monthlyRent !== undefined ? { monthlyRent: slots.monthlyRent } : {}),
    ...(model === 'retail-construction' && slots.priceAtCompletion !== undefined
      ? { priceAtCompletion: slots.priceAtCompletion }
      : {}),
    ...(isConstruction(slots) && slots.readiness ? { readiness: slots.readiness } : {}),
    ...(isConstruction(slots) && slots.payments ? { payments: slots.payments } : {}),
  };
}
