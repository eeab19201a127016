import type { FormSlotName, FormSlots, FormState } from '../state.js';
import { appliesTo, type FormDefinition, type Question } from './question.js';

/** One earlier answer replaced by another. */
export interface AnswerChange {
  question: Question;
  before: string;
  after: string;
}

/** What putting new answers into a form did. */
export interface FillOutcome {
  /** Steps that have a new or another answer. */
  answered: string[];
  changes: AnswerChange[];
  /** Steps whose answers were dropped because they depended on a changed one. */
  dropped: Question[];
}

/** Slots of `told` that the form keeps. */
export function relevant(form: FormDefinition, told: FormSlots): FormSlots {
  const names = new Set<FormSlotName>(form.questions.flatMap((question) => question.slots));
  return Object.fromEntries(Object.entries(told).filter(([name]) => names.has(name as FormSlotName)));
}

/**
 * Puts answers into the form. Answering a question replaces all of its slots (a budget «до 2 млн» must not keep an old lower
 * bound), except units that a correction leaves unsaid; answers that depended on a changed one are dropped unless told anew.
 */
export function fill(definition: FormDefinition, form: FormState, told: FormSlots): FillOutcome {
  const outcome: FillOutcome = { answered: [], changes: [], dropped: [] };
  const before = { ...form.slots };
  let slots: FormSlots = { ...form.slots };
  for (const question of definition.questions) {
    const fresh = pick(told, question.slots);
    if (Object.keys(fresh).length === 0) continue;
    slots = { ...omitSlots(slots, question.slots), ...unitsOf(before, told, question), ...fresh };
  }
  for (const question of definition.questions) {
    const was = question.show(before);
    const is = question.show(slots);
    if (was === is) {
      if (Object.keys(pick(told, question.slots)).length > 0) outcome.answered.push(question.step);
      continue;
    }
    if (is !== undefined) outcome.answered.push(question.step);
    if (was === undefined || is === undefined) continue;
    const changed = JSON.stringify(pick(before, question.slots)) !== JSON.stringify(pick(slots, question.slots));
    if (!changed) continue;
    outcome.changes.push({ question, before: was, after: is });
    for (const dependent of definition.questions) {
      if (!question.resets || !dependent.slots.some((name) => question.resets?.includes(name))) continue;
      const isToldAnew = Object.keys(pick(told, dependent.slots)).length > 0;
      if (isToldAnew || dependent.show(before) === undefined) continue;
      slots = omitSlots(slots, dependent.slots);
      outcome.dropped.push(dependent);
    }
  }
  const dropped = new Set(outcome.dropped.map((question) => question.step));
  outcome.answered = outcome.answered.filter((step) => !dropped.has(step));
  outcome.changes = outcome.changes.filter((change) => !dropped.has(change.question.step));
  form.slots = slots;
  form.skipped = form.skipped.filter((step) => !outcome.answered.includes(step));
  return outcome;
}

/** How far two amounts may be apart and still be on one scale. */
const SAME_SCALE = 10;

/**
 * «Бюджет другой — до 30 млн» keeps the period and the basis of the earlier budget, as long as it is the same kind of deal and the
 * amounts are on one scale: 1 млн за м² does not turn «800 тысяч в месяц» into a price per m².
 */
function unitsOf(before: FormSlots, told: FormSlots, question: Question): FormSlots {
  if (!question.slots.includes('budgetPer')) return {};
  const was = before.budgetMax ?? before.budgetMin;
  const is = told.budgetMax ?? told.budgetMin;
  if (was === undefined || is === undefined || (told.deal !== undefined && told.deal !== before.deal)) return {};
  const ratio = is / was;
  const isSameScale = ratio <= SAME_SCALE && ratio >= 1 / SAME_SCALE;
  const isNewPeriod = told.budgetPeriod !== undefined && told.budgetPeriod !== before.budgetPeriod;
  return pick(before, isSameScale && !isNewPeriod ? ['budgetPer', 'budgetPeriod'] : ['budgetPeriod']);
}

/** The first question that must still be asked; undefined = ready for the recap. */
export function nextQuestion(definition: FormDefinition, form: FormState): Question | undefined {
  return definition.questions.find(
    (question) =>
      !question.optional &&
      appliesTo(question, form.slots) &&
      question.show(form.slots) === undefined &&
      !form.skipped.includes(question.step),
  );
}

export function recapRows(definition: FormDefinition, form: FormState): { label: string; value: string }[] {
  return definition.questions
    .filter((question) => appliesTo(question, form.slots))
    .flatMap((question) => {
      const value = question.show(form.slots);
      if (value !== undefined) return [{ label: question.label, value }];
      return form.skipped.includes(question.step) ? [{ label: question.label, value: 'не указано' }] : [];
    });
}

/** The recap on one line: «Сделка: аренда; Что: офис; …». */
export function recapLine(definition: FormDefinition, form: FormState): string {
  return recapRows(definition, form)
    .map(({ label, value }) => `${label}: ${value}`)
    .join('; ');
}

export function pick(slots: FormSlots, names: readonly FormSlotName[]): FormSlots {
  return Object.fromEntries(Object.entries(slots).filter(([name]) => names.includes(name as FormSlotName)));
}

export function omitSlots(slots: FormSlots, names: readonly FormSlotName[]): FormSlots {
  return Object.fromEntries(Object.entries(slots).filter(([name]) => !names.includes(name as FormSlotName)));
}
