import type { Understanding, UnderstandingContext } from '#libs/nlu';
import type { PlainPhraseKey } from '../phrases/phrase-keys.js';
import type { FormSlotName, FormSlots } from '../state.js';

/** One question of a form: a step of the dialog that fills one or more slots. */
export interface Question {
  /** Name of the step; also what `scenario.edit:<step>` names. */
  step: string;
  /** Label of its row on the recap card. */
  label: string;
  /** Slots that answer it. */
  slots: readonly FormSlotName[];
  /** Tells the understander how to read a bare answer. */
  expects?: UnderstandingContext['expects'];
  /** Optional questions are never asked on the way; the recap card offers them. */
  optional?: boolean;
  /** Told by the client of his own accord, shown on the recap card, never asked for nor stepped to. */
  wish?: boolean;
  /** May be left open by «не важно» or the skip button. */
  skippable?: boolean;
  /** Whether the question makes sense with what is known; absent = always. */
  applies?(slots: FormSlots): boolean;
  phrase(slots: FormSlots): PlainPhraseKey;
  /** Said when an answer could not be read; absent = the general «не понял». */
  missPhrase?: PlainPhraseKey;
  /** The answer as the client reads it; undefined = not answered. */
  show(slots: FormSlots): string | undefined;
  /** Reads an answer the understander cannot know (a name, a comment); undefined = not an answer. */
  read?(text: string, reading: Understanding, slots: FormSlots): FormSlots | undefined;
  /** Slots the understander takes a bare answer for; they are dropped when `read` reads it. */
  misreadAs?: readonly FormSlotName[];
  /** Answers of its own that leave the question open, besides «не важно». */
  skipPattern?: RegExp;
  /** What «не важно» means for the slots. */
  whenSkipped?: FormSlots;
  /** Slots that lose their meaning when this answer changes and must be asked again. */
  resets?: readonly FormSlotName[];
}

/** A scenario that collects answers, recaps them and then does something. */
export interface FormDefinition {
  questions: readonly Question[];
  confirmPhrase: 'search.confirm' | 'valuation.confirm' | 'finance.confirm' | 'contact.confirm';
  /** Converts what a message told into what this form keeps (a range of areas into an exact one, one class of many). */
  adopt?(told: FormSlots, known: FormSlots): FormSlots;
}

export function appliesTo(question: Question, slots: FormSlots): boolean {
  return question.applies?.(slots) ?? true;
}
