import {
  resolveDistrict,
  resolveStation,
  type SlotName,
  type Slots,
  type Understanding,
  type UnderstandingContext,
} from '#libs/nlu';
import { StatedFigures } from './stated-figures.js';
import type { ModelUnderstanding } from './understanding-schema.js';

/** Intents that only open a question or answer one; a hand-off, a restart, the menu and a contact must be said plainly. */
const HARMLESS_INTENTS: ReadonlySet<Understanding['intent']> = new Set([
  'search',
  'calculate',
  'value',
  'about',
  'market',
]);
/** Intents that come back to the pending question by themselves. */
const SIDE_INTENTS: ReadonlySet<Understanding['intent']> = new Set(['about', 'market']);

/** Slots that answer one question of the dialog. */
const ANSWERS: Partial<Record<NonNullable<UnderstandingContext['expects']>, readonly SlotName[]>> = {
  area: ['areaMin', 'areaMax'],
  budget: ['budgetMin', 'budgetMax', 'budgetPer', 'budgetPeriod', 'anyBudget'],
  place: ['stations', 'districts', 'anyPlace'],
  confirmation: [],
};

/** Longest text whose meaning may be a bare yes, no or «назад». */
const SHORT_WORDS = 6;
const SHORT_CHARACTERS = 40;

/**
 * What of a model's answer becomes a reading. The model has the least right that helps:
 * - while a question is pending it may answer that question, or recognise a side question, and nothing else: no other slot
 *   and no other scenario;
 * - a figure only when the same figure stands in the client's text (one area becomes ±10 %, as by the rules);
 * - stations and districts only when the gazetteer knows them, a name only as the client wrote it;
 * - a yes only at a confirmation, to a short text without negation, question or figure: a wrong yes is the one error that
 *   must not happen; a no costs one more question and needs no such proof;
 * - never a hand-off, a restart, the menu or a contact.
 */
export function admit(rules: Understanding, model: ModelUnderstanding, context: UnderstandingContext): Understanding {
  const { expects } = context;
  const slots = slotsOf(rules, model);
  const asked = expects === undefined ? undefined : (ANSWERS[expects] ?? [expects as SlotName]);
  if (asked) {
    for (const slot of Object.keys(slots) as SlotName[]) if (!asked.includes(slot)) delete slots[slot];
  }
  const isIntentAllowed = (expects === undefined ? HARMLESS_INTENTS : SIDE_INTENTS).has(model.intent);
  return {
    ...rules,
    agreement: expects === 'confirmation' ? agreementOf(rules, model) : rules.agreement,
    back: rules.back === 'none' && isShort(rules.text) ? model.back : rules.back,
    intent: rules.intent === 'other' && isIntentAllowed ? model.intent : rules.intent,
    slots: { ...slots, ...rules.slots },
  };
}

function slotsOf(rules: Understanding, model: ModelUnderstanding): Slots {
  const figures = new StatedFigures(rules);
  const area = figures.area(model.areaMin, model.areaMax);
  const budget = figures.budget(model.budgetMin, model.budgetMax);
  const stations = unique(model.stations ?? [], resolveStation);
  const districts = unique(model.districts ?? [], resolveDistrict);
  const hasBudget = budget.min !== undefined || budget.max !== undefined;
  return {
    ...(model.deal ? { deal: model.deal } : {}),
    ...(model.purpose ? { purpose: model.purpose } : {}),
    ...(model.kind ? { kind: model.kind } : {}),
    ...(area.min === undefined ? {} : { areaMin: area.min }),
    ...(area.max === undefined ? {} : { areaMax: area.max }),
    ...(stations.length > 0 ? { stations } : {}),
    ...(districts.length > 0 ? { districts } : {}),
    ...(model.anyPlace && stations.length + districts.length === 0 ? { anyPlace: true } : {}),
    ...(budget.min === undefined ? {} : { budgetMin: budget.min }),
    ...(budget.max === undefined ? {} : { budgetMax: budget.max }),
    // What a sum is for means nothing without the sum.
    ...(hasBudget && model.budgetPer ? { budgetPer: model.budgetPer } : {}),
    ...(hasBudget && model.budgetPeriod ? { budgetPeriod: model.budgetPeriod } : {}),
    ...(model.anyBudget && !hasBudget ? { anyBudget: true } : {}),
    ...(model.classes && model.classes.length > 0 ? { classes: [...new Set(model.classes)] } : {}),
    ...(model.fitOut ? { fitOut: model.fitOut } : {}),
    ...(model.readiness && isReadinessStated(rules.text, model.readiness) ? { readiness: model.readiness } : {}),
    ...(model.name && isNameStated(rules.text, model.name) ? { name: model.name } : {}),
  };
}

function agreementOf(rules: Understanding, model: ModelUnderstanding): Understanding['agreement'] {
  if (rules.agreement !== 'unclear' || model.agreement !== 'yes') {
    return rules.agreement === 'unclear' ? model.agreement : rules.agreement;
  }
  const isDoubtful = /[?\d]|(?:^|[^\p{L}])(?:не|нет|ни|но|без|если|вряд|сомнева\p{L}*)(?:[^\p{L}]|$)/iu.test(
    rules.text,
  );
  return isShort(rules.text) && !isDoubtful && rules.numbers.length === 0 ? 'yes' : 'unclear';
}

function isShort(text: string): boolean {
  return text.length <= SHORT_CHARACTERS && text.trim().split(/\s+/u).length <= SHORT_WORDS;
}

function unique(names: readonly string[], resolve: (name: string) => string | undefined): string[] {
  return [...new Set(names.map(resolve).filter((name) => name !== undefined))];
}

/** `ready` is a word; the year of a quarter is a figure and must stand in the text. */
function isReadinessStated(text: string, readiness: string): boolean {
  return readiness === 'ready' || text.includes(readiness.slice(0, 4));
}

function isNameStated(text: string, name: string): boolean {
  return /^\p{L}[\p{L}\s-]{1,59}$/u.test(name) && text.toLowerCase().includes(name.toLowerCase());
}
