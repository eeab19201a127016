import type { SearchCriteria } from '#libs/estates';
import { classAnswer, fitOutAnswer, readinessAnswer } from '../../form/direct-answer.js';
import type { FormDefinition } from '../../form/question.js';
import { formatAreaRange, formatBudget, formatMeters, formatReadiness } from '../../ru-format.js';
import type { FormSlots } from '../../state.js';
import { DEAL_WORDS, FIT_OUT_WORDS, KIND_WORDS, PURPOSE_WORDS } from '../../vocabulary.js';

const NO_CONDITION = 'пожелание: указано у каждого лота, по нему не отбираю';

export const SEARCH_FORM: FormDefinition = {
  confirmPhrase: 'search.confirm',
  adopt: adoptConditions,
  questions: [
    {
      step: 'deal',
      label: 'Сделка',
      slots: ['deal'],
      expects: 'deal',
      // A monthly rent and a purchase price are not on one scale.
      resets: ['budgetMin', 'budgetMax', 'budgetPer', 'budgetPeriod'],
      phrase: () => 'search.ask.deal',
      show: ({ deal }) => deal && DEAL_WORDS[deal],
    },
    {
      step: 'purpose',
      label: 'Цель',
      slots: ['purpose'],
      expects: 'purpose',
      optional: true,
      applies: ({ deal }) => deal === 'sale',
      phrase: () => 'search.ask.purpose',
      show: ({ purpose }) => purpose && PURPOSE_WORDS[purpose],
    },
    {
      step: 'kind',
      label: 'Что ищем',
      slots: ['kind'],
      expects: 'kind',
      phrase: () => 'search.ask.kind',
      show: ({ kind }) => kind && KIND_WORDS[kind],
    },
    {
      step: 'place',
      label: 'Где',
      slots: ['stations', 'districts', 'anyPlace'],
      expects: 'place',
      skippable: true,
      whenSkipped: { anyPlace: true },
      phrase: () => 'search.ask.place',
      show: showPlace,
    },
    {
      step: 'area',
      label: 'Площадь',
      slots: ['areaMin', 'areaMax'],
      expects: 'area',
      skippable: true,
      phrase: () => 'search.ask.area',
      show: formatAreaRange,
    },
    {
      step: 'budget',
      label: 'Бюджет',
      slots: ['budgetMin', 'budgetMax', 'budgetPer', 'budgetPeriod', 'anyBudget'],
      expects: 'budget',
      skippable: true,
      whenSkipped: { anyBudget: true },
      phrase: ({ deal }) => (deal === 'rent' ? 'search.ask.budgetRent' : 'search.ask.budget'),
      show: formatBudget,
    },
    {
      step: 'class',
      label: 'Класс',
      slots: ['classes'],
      expects: 'classes',
      optional: true,
      read: classAnswer,
      phrase: () => 'search.ask.class',
      show: ({ classes }) => (classes?.length ? classes.join(', ') : undefined),
    },
    {
      step: 'readiness',
      label: 'Готовность',
      slots: ['readiness'],
      expects: 'readiness',
      optional: true,
      read: readinessAnswer,
      phrase: () => 'search.ask.readiness',
      show: ({ readiness }) => readiness && (readiness === 'ready' ? 'готовое' : `до ${formatReadiness(readiness)}`),
    },
    {
      step: 'fitOut',
      label: 'Отделка',
      slots: ['fitOut'],
      expects: 'fitOut',
      optional: true,
      read: fitOutAnswer,
      phrase: () => 'search.ask.fitOut',
      show: ({ fitOut }) => fitOut && FIT_OUT_WORDS[fitOut],
    },
    // The search has no condition for these: the client sees that they were heard, and the manager gets them.
    {
      step: 'walk',
      label: 'До метро',
      slots: ['walkMeters'],
      optional: true,
      wish: true,
      phrase: () => 'dialog.editWhat',
      show: ({ walkMeters }) =>
        walkMeters === undefined ? undefined : `до ${formatMeters(walkMeters)} (${NO_CONDITION})`,
    },
    {
      step: 'floor',
      label: 'Этаж',
      slots: ['floor'],
      optional: true,
      wish: true,
      phrase: () => 'dialog.editWhat',
      show: ({ floor }) => (floor === undefined ? undefined : `${floor} (${NO_CONDITION})`),
    },
  ],
};

function showPlace({ stations, districts, anyPlace }: FormSlots): string | undefined {
  const named = [...(stations ?? []).map((name) => `м. ${name}`), ...(districts ?? [])];
  if (named.length > 0) return named.join(', ');
  return anyPlace ? 'любой район' : undefined;
}

/** An investment is a purchase; budgets are checked. */
function adoptConditions(told: FormSlots, known: FormSlots): FormSlots {
  const isPurchase = told.purpose === 'investment' && told.deal === undefined && known.deal === undefined;
  return keepBudgetSensible(isPurchase ? { ...told, deal: 'sale' } : told, known);
}

/** A price per m² told while searching is a budget per m²; units alone never make a budget. */
function keepBudgetSensible(told: FormSlots, known: FormSlots): FormSlots {
  const hasAmount = told.budgetMin !== undefined || told.budgetMax !== undefined || told.anyBudget;
  const isKnown = known.budgetMin !== undefined || known.budgetMax !== undefined;
  if (hasAmount) return isRealBudget(told) ? told : withoutBudget(told);
  const { budgetPer, budgetPeriod, ...rest } = told;
  if (!isKnown || (budgetPer === undefined && budgetPeriod === undefined)) return rest;
  return {
    ...rest,
    ...(known.budgetMin !== undefined ? { budgetMin: known.budgetMin } : {}),
    ...(known.budgetMax !== undefined ? { budgetMax: known.budgetMax } : {}),
    ...(budgetPer ? { budgetPer } : {}),
    ...(budgetPeriod ? { budgetPeriod } : {}),
  };
}

/** Below this no premises exist; «поставь цену 1 рубль» is not a budget. Roubles. */
const LEAST_TOTAL = 1_000;
const LEAST_PER_M2 = 100;

function isRealBudget({ budgetMin, budgetMax, budgetPer }: FormSlots): boolean {
  const stated = budgetMax ?? budgetMin;
  return stated === undefined || stated >= (budgetPer === 'sqm' ? LEAST_PER_M2 : LEAST_TOTAL);
}

function withoutBudget(told: FormSlots): FormSlots {
  const { budgetMin, budgetMax, budgetPer, budgetPeriod, ...rest } = told;
  return rest;
}

/** Conditions of the `search` job; called only when deal and kind are known. */
export function searchCriteria(slots: FormSlots): SearchCriteria {
  const { deal = 'rent', kind = 'office' } = slots;
  return {
    deal,
    kind,
    ...(slots.purpose && deal === 'sale' ? { purpose: slots.purpose } : {}),
    ...(slots.stations?.length ? { stations: slots.stations } : {}),
    ...(slots.districts?.length ? { districts: slots.districts } : {}),
    ...(slots.areaMin !== undefined ? { areaMin: slots.areaMin } : {}),
    ...(slots.areaMax !== undefined ? { areaMax: slots.areaMax } : {}),
    ...(slots.budgetMin !== undefined ? { budgetMin: slots.budgetMin } : {}),
    ...(slots.budgetMax !== undefined ? { budgetMax: slots.budgetMax } : {}),
    ...(slots.budgetPer ? { budgetPer: slots.budgetPer } : {}),
    ...(slots.budgetPeriod && deal === 'rent' ? { budgetPeriod: slots.budgetPeriod } : {}),
    ...(slots.classes?.length ? { classes: slots.classes } : {}),
    ...(slots.readiness ? { readiness: slots.readiness } : {}),
    ...(slots.fitOut ? { fitOut: slots.fitOut } : {}),
  };
}

/** The slots a relaxed request stands for; the inverse of `searchCriteria`. */
export function slotsOfCriteria(criteria: SearchCriteria): FormSlots {
  const hasPlace = (criteria.stations?.length ?? 0) + (criteria.districts?.length ?? 0) > 0;
  const hasBudget = criteria.budgetMin !== undefined || criteria.budgetMax !== undefined;
  return {
    ...criteria,
    ...(hasPlace ? {} : { anyPlace: true }),
    ...(hasBudget ? {} : { anyBudget: true }),
  };
}
