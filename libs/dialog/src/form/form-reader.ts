import type { Understanding } from '#libs/nlu';
import type { FormName } from '../node-names.js';
import { nominalArea } from '../ru-format.js';
import { isSideQuestion } from '../side-question.js';
import type { FormSlotName, FormSlots } from '../state.js';
import type { Turn } from '../turn.js';
import { omitSlots, pick, relevant } from './answers.js';
import type { FormDefinition, Question } from './question.js';

/** Turns a reading of a text into answers of one form. */
export class FormReader {
  constructor(
    private readonly name: FormName,
    private readonly definition: FormDefinition,
  ) {}

  /** What a text tells the form: what the understander read, a bare answer to the question, or «не 100, а 150». */
  async told(turn: Turn, text: string, reading: Understanding, question?: Question): Promise<FormSlots> {
    const told = this.adopted(turn, reading.slots);
    if (reading.back === 'correct') {
      const [before, after] = reading.numbers.map((mention) => mention.value);
      const replaced = await this.replacedFigure(turn, before, after);
      // The figures were about that answer, not about the question asked.
      if (Object.keys(replaced).length > 0) return { ...omitSlots(told, question?.slots ?? []), ...replaced };
    }
    if (question?.read && !answers(question, told) && (!isSideQuestion(text, reading) || question.step === 'comment')) {
      const read = question.read(text, reading, turn.form(this.name).slots);
      if (read) return this.adopted(turn, { ...omitSlots(told, question.misreadAs ?? []), ...read });
    }
    return told;
  }

  /** Slots the form keeps, in the form's own terms. */
  adopted(turn: Turn, told: FormSlots): FormSlots {
    return relevant(this.definition, this.definition.adopt?.(told, turn.form(this.name).slots) ?? told);
  }

  /** Everything told is what the form already has. */
  isKnown(turn: Turn, told: FormSlots): boolean {
    const { slots } = turn.form(this.name);
    return Object.entries(told).every(
      ([name, value]) => JSON.stringify(slots[name as FormSlotName]) === JSON.stringify(value),
    );
  }

  /** «Не 100, а 150» without saying what: the answer that was 100 becomes 150; with none or several such answers nothing is guessed. */
  async replacedFigure(turn: Turn, before: number | undefined, after: number | undefined): Promise<FormSlots> {
    if (before === undefined || after === undefined) return {};
    const { slots } = turn.form(this.name);
    const meant = this.definition.questions.filter(
      (question) =>
        (question.slots.includes('areaMin') && nominalArea(slots) === before) ||
        question.slots.some((slot) => slot !== 'areaMin' && slot !== 'areaMax' && slots[slot] === before),
    );
    const [only] = meant;
    if (meant.length !== 1 || !only?.expects) return {};
    const figure = await turn.deps.understander.understand(String(after), { expects: only.expects });
    return pick(this.adopted(turn, figure.slots), only.slots);
  }
}

/** Whether the slots hold an answer to the question. */
export function answers(question: Question, told: FormSlots): boolean {
  return question.slots.some((slot) => told[slot] !== undefined);
}
