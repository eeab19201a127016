import type { Understanding } from '#libs/nlu';
import type { FormName } from '../node-names.js';
import type { FormSlotName, FormSlots } from '../state.js';
import type { Turn } from '../turn.js';
import { pick } from './answers.js';
import { FormReader } from './form-reader.js';
import type { FormDefinition } from './question.js';

/** A text and how it is understood. */
export interface ReadText {
  text: string;
  reading: Understanding;
}

/**
 * What an edit of an earlier message changes of the answers of a form: only facts that the new text tells otherwise than the old
 * one, so that what was corrected meanwhile in other words stays. A bare figure or name is found by the answer it gave.
 */
export async function editedAnswers(
  turn: Turn,
  name: FormName,
  definition: FormDefinition,
  before: ReadText,
  after: ReadText,
): Promise<FormSlots> {
  const reader = new FormReader(name, definition);
  const was = reader.adopted(turn, before.reading.slots);
  const is = reader.adopted(turn, after.reading.slots);
  const changed = Object.keys(is).filter(
    (slot) => JSON.stringify(is[slot as FormSlotName]) !== JSON.stringify(was[slot as FormSlotName]),
  ) as FormSlotName[];
  if (changed.length > 0) {
    // An answer is taken whole: «до 30 млн» instead of «от 20 млн» must not keep the lower bound.
    const touched = definition.questions.filter(({ slots }) => slots.some((slot) => changed.includes(slot)));
    return pick(is, [...changed, ...touched.flatMap(({ slots }) => slots)]);
  }
  const [figure] = before.reading.numbers;
  const [other] = after.reading.numbers;
  if (figure && other && figure.value !== other.value) {
    const replaced = await reader.replacedFigure(turn, figure.value, other.value);
    if (Object.keys(replaced).length > 0) return replaced;
  }
  const { slots } = turn.form(name);
  for (const question of definition.questions) {
    const gave = question.read?.(before.text, before.reading, slots);
    if (!gave || Object.keys(gave).length === 0 || !reader.isKnown(turn, gave)) continue;
    const gives = question.read?.(after.text, after.reading, slots);
    if (gives && JSON.stringify(gives) !== JSON.stringify(gave)) return gives;
  }
  return {};
}
