import type { Button } from '#libs/chats';
import type { Understanding } from '#libs/nlu';
import type { ButtonPress } from '../button-payload.js';
import type { FormName, ScenarioName } from '../node-names.js';
import { keptForm } from '../scenarios/kept-form.js';
import { answerFromKnowledge, isSideQuestion } from '../side-question.js';
import { emptyForm, type FormSlots, type FormState } from '../state.js';
import type { Stimulus } from '../stimulus.js';
import type { Turn } from '../turn.js';
import { COMMAND, GO_AHEAD, isLeftOpen, WISH } from './answer-words.js';
import { type FillOutcome, fill, nextQuestion, recapRows, relevant } from './answers.js';
import { answers, FormReader } from './form-reader.js';
import { namedStep } from './named-step.js';
import { offerReadings, offerStations } from './options.js';
import { appliesTo, type FormDefinition, type Question } from './question.js';
import { parseSetArgument } from './set-argument.js';

/** Intents that belong to a form; another form's intent leads there. */
const INTENT_SCENARIOS: Partial<Record<Understanding['intent'], ScenarioName>> = {
  search: 'search',
  value: 'valuation',
  calculate: 'finance',
  contact: 'contact',
};

/** What a scenario adds to the questions: what happens after the recap is confirmed. */
export interface AfterConfirm {
  confirm(turn: Turn): void | Promise<void>;
  /** A plain order at a stage after the recap that other scenarios would claim («инвестмодель этого лота»); false = none. */
  order?(turn: Turn, text: string): Promise<boolean> | boolean;
  /** A text at a stage after the recap (`working`, `results` …) that changed nothing; false = not understood. */
  text?(turn: Turn, text: string, reading: Understanding): Promise<boolean> | boolean;
  /** A button of the scenario's own; false = unknown or expired. */
  button?(turn: Turn, press: ButtonPress): Promise<boolean> | boolean;
  /** Says again what stands at a stage after the recap. */
  resume?(turn: Turn): Promise<void> | void;
}

/** Asks what is missing, one question at a time; takes answers in any order; recaps, edits, steps back. */
export class FormScenario {
  private readonly reader: FormReader;

  constructor(
    readonly name: FormName,
    readonly definition: FormDefinition,
    readonly after: AfterConfirm,
  ) {
    this.reader = new FormReader(name, definition);
  }

  /** Opens the form anew. */
  open(turn: Turn): void {
    turn.state.forms[this.name] = emptyForm();
    delete turn.state.figures[this.name];
    if (this.name === 'search') turn.state.results = null;
  }

  form(turn: Turn): FormState {
    return turn.form(this.name);
  }

  question(turn: Turn): Question | undefined {
    return this.definition.questions.find((question) => question.step === turn.state.step);
  }

  /** A client's text inside the form; the name of another scenario = it belongs there. */
  async text(turn: Turn, stimulus: Extract<Stimulus, { kind: 'text' }>): Promise<ScenarioName | undefined> {
    const reading = stimulus.reading as Understanding;
    const question = this.question(turn);
    if (turn.state.step === 'confirm' && GO_AHEAD.test(stimulus.text)) {
      turn.state.misses = 0;
      await this.after.confirm(turn);
      return undefined;
    }
    if (this.isAfterConfirm(turn) && (await this.after.order?.(turn, stimulus.text))) return undefined;
    const told = await this.reader.told(turn, stimulus.text, reading, question);
    // «Нет» after «хотите что-то передать?» is no comment, whatever it could be read as.
    const isOnlyAnswer = Object.keys(told).every((slot) => question?.slots.some((own) => own === slot));
    if (question && isOnlyAnswer && isLeftOpen(question, stimulus.text) && this.skip(turn, question)) {
      await this.advance(turn);
      return undefined;
    }
    const answersQuestion = question ? answers(question, told) : false;
    const elsewhere = keptForm(turn, stimulus.text) ?? INTENT_SCENARIOS[reading.intent];
    const isElsewhere = !answersQuestion || COMMAND.test(stimulus.text);
    if (elsewhere && elsewhere !== this.name && isElsewhere && !stimulus.passedBy.includes(elsewhere)) return elsewhere;
    const isAside = !answersQuestion && isSideQuestion(stimulus.text, reading);
    if (isAside && (await answerFromKnowledge(turn, stimulus.text, reading))) {
      turn.state.misses = 0;
      await this.resume(turn);
      return undefined;
    }
    if (Object.keys(told).length > 0 && !(isAside && (this.reader.isKnown(turn, told) || !WISH.test(stimulus.text)))) {
      await this.answer(turn, told, answersQuestion ? question : undefined);
      return undefined;
    }
    if (turn.state.step === 'confirm' && reading.agreement !== 'unclear') {
      turn.state.misses = 0;
      if (reading.agreement === 'yes') await this.after.confirm(turn);
      else this.askWhatToEdit(turn);
      return undefined;
    }
    const named = question ? undefined : namedStep(this.definition, stimulus.text);
    if (named !== undefined && this.edit(turn, named)) return undefined;
    if (!question && turn.state.step !== 'confirm' && (await this.after.text?.(turn, stimulus.text, reading))) {
      turn.state.misses = 0;
      return undefined;
    }
    if (offerReadings(turn, this.name, reading)) return undefined;
    if (isAside) {
      turn.state.misses = 0;
      turn.say('side.unknown', {});
      await this.resume(turn);
      return undefined;
    }
    if (question?.slots.includes('stations') && (await offerStations(turn, this.name, stimulus.text))) return undefined;
    await this.miss(turn, question);
    return undefined;
  }

  /** A button of this form. */
  async button(turn: Turn, press: ButtonPress): Promise<boolean> {
    const question = this.question(turn);
    switch (press.action) {
      case 'confirm':
        if (turn.state.step !== 'confirm' || nextQuestion(this.definition, this.form(turn))) return false;
        turn.state.misses = 0;
        await this.after.confirm(turn);
        return true;
      case 'edit':
        return this.edit(turn, press.argument);
      case 'set': {
        const told = parseSetArgument(press.argument);
        if (!told || Object.keys(relevant(this.definition, told)).length === 0) return false;
        await this.answer(turn, told, question);
        return true;
      }
      case 'skip': {
        const skipped = this.definition.questions.find((each) => each.step === press.argument) ?? question;
        if (!skipped || !this.skip(turn, skipped)) return false;
        await this.advance(turn);
        return true;
      }
      case 'keep':
        await this.advance(turn);
        return true;
      case 'back':
        await this.stepBack(turn);
        return true;
      case 'retry':
        if (nextQuestion(this.definition, this.form(turn))) return false;
        await this.after.confirm(turn);
        return true;
      default:
        return (await this.after.button?.(turn, press)) ?? false;
    }
  }

  /** Puts answers in, says what changed, and goes on. */
  async answer(turn: Turn, told: FormSlots, asked?: Question): Promise<void> {
    const wasAfterConfirm = !asked && this.isAfterConfirm(turn);
    const outcome = fill(this.definition, this.form(turn), told);
    turn.state.misses = 0;
    turn.state.choice = null;
    this.reportChanges(turn, outcome);
    this.acknowledge(turn, outcome, asked);
    const isComplete = nextQuestion(this.definition, this.form(turn)) === undefined;
    if (wasAfterConfirm && isComplete && this.name !== 'contact') {
      // The client has confirmed these conditions once; a correction of a result recalculates at once.
      await this.after.confirm(turn);
      return;
    }
    await this.advance(turn);
  }

  /** Answers from elsewhere (a picture the client has confirmed) with a word on what they changed; false = none is for this form. */
  async take(turn: Turn, told: FormSlots): Promise<boolean> {
    const adopted = this.reader.adopted(turn, told);
    if (Object.keys(adopted).length === 0 || this.reader.isKnown(turn, adopted)) return false;
    await this.answer(turn, adopted);
    return true;
  }

  /** Takes in what was told without saying anything: the client spoke to a manager. */
  absorb(turn: Turn, told: FormSlots): void {
    fill(this.definition, this.form(turn), this.reader.adopted(turn, told));
  }

  /** Asks the next question or shows the recap. */
  async advance(turn: Turn): Promise<void> {
    const next = nextQuestion(this.definition, this.form(turn));
    turn.goTo(next?.step ?? 'confirm');
    await this.resume(turn);
  }

  /** Goes on after an interruption: a question answered meanwhile is not asked again. */
  async proceed(turn: Turn): Promise<void> {
    if (this.question(turn)?.show(this.form(turn).slots) === undefined) await this.resume(turn);
    else await this.advance(turn);
  }

  /** Says the pending question again. */
  async resume(turn: Turn): Promise<void> {
    const question = this.question(turn);
    if (question) this.ask(turn, question);
    else if (turn.state.step === 'confirm') this.recap(turn);
    else if (this.after.resume && this.isAfterConfirm(turn)) await this.after.resume(turn);
    else {
      const next = nextQuestion(this.definition, this.form(turn));
      turn.state.step = next?.step ?? 'confirm';
      if (next) this.ask(turn, next);
      else this.recap(turn);
    }
  }

  /** One step back: to the question answered last, or to the one before in order. */
  async stepBack(turn: Turn): Promise<void> {
    const form = this.form(turn);
    turn.state.misses = 0;
    const remembered = form.history.at(-1);
    form.history = form.history.slice(0, -1);
    const previous = remembered ?? this.stepBefore(turn);
    if (previous === undefined) {
      turn.say('dialog.firstStep', {});
      await this.resume(turn);
      return;
    }
    turn.state.step = previous;
    form.skipped = form.skipped.filter((step) => step !== previous);
    turn.say('dialog.stepBack', {});
    await this.resume(turn);
  }

  private stepBefore(turn: Turn): string | undefined {
    const form = this.form(turn);
    if (this.isAfterConfirm(turn)) return 'confirm';
    const steps = this.definition.questions.filter(
      (question) =>
        !question.wish &&
        appliesTo(question, form.slots) &&
        (!question.optional || question.show(form.slots) !== undefined),
    );
    const at = steps.findIndex((question) => question.step === turn.state.step);
    const before = at === -1 ? steps : steps.slice(0, at);
    return before.findLast((question) => question.show(form.slots) !== undefined)?.step;
  }

  private isAfterConfirm(turn: Turn): boolean {
    return turn.state.step !== null && turn.state.step !== 'confirm' && this.question(turn) === undefined;
  }

  /** Facts told instead of an answer are repeated back, so that the same question again does not look deaf. */
  private acknowledge(turn: Turn, { answered, changes }: FillOutcome, asked?: Question): void {
    const question = this.question(turn);
    if (asked || changes.length > 0 || !question || answered.length === 0) return;
    if (nextQuestion(this.definition, this.form(turn)) !== question) return;
    const facts = this.definition.questions
      .filter(({ step }) => answered.includes(step))
      .map((each) => `${each.label.toLowerCase()} — ${each.show(this.form(turn).slots)}`);
    turn.say('dialog.noted', { facts: facts.join(', ') });
  }

  private reportChanges(turn: Turn, outcome: FillOutcome): void {
    if (outcome.changes.length > 0) {
      const changes = outcome.changes.map(
        ({ question, before, after }) => `${question.label.toLowerCase()}: ${before} → ${after}`,
      );
      turn.say('dialog.changed', { changes: changes.join('; ') });
    }
    if (outcome.dropped.length > 0)
      turn.say('dialog.reask', { topics: outcome.dropped.map((question) => question.label.toLowerCase()).join(', ') });
  }

  private ask(turn: Turn, question: Question): void {
    const { slots } = this.form(turn);
    const current = question.show(slots);
    const buttons: Button[] = [];
    if (current !== undefined)
      buttons.push({ text: `Оставить: ${current}`.slice(0, 60), payload: `${this.name}.keep` });
    else if (question.optional) buttons.push({ text: 'Не важно', payload: `${this.name}.skip:${question.step}` });
    turn.say(question.phrase(slots), {}, { buttons });
  }

  private recap(turn: Turn): void {
    const rows = recapRows(this.definition, this.form(turn));
    turn.say(
      this.definition.confirmPhrase,
      { recap: rows.map(({ label, value }) => `• ${label}: ${value}`).join('\n') },
      { cards: [{ title: turn.phrases.text('dialog.recapTitle'), rows }] },
    );
  }

  private askWhatToEdit(turn: Turn): void {
    const { slots } = this.form(turn);
    const buttons = this.definition.questions
      .filter((question) => appliesTo(question, slots) && !question.wish)
      .map((question) => ({ text: question.label, payload: `${this.name}.edit:${question.step}` }));
    turn.say('dialog.editWhat', {}, { buttons });
  }

  /** Asks one answer again, or what to change when no step is named; false = nothing there to edit. */
  edit(turn: Turn, step: string | undefined): boolean {
    if (step === undefined) {
      if (nextQuestion(this.definition, this.form(turn))) return false;
      turn.state.step = 'confirm';
      this.askWhatToEdit(turn);
      return true;
    }
    const question = this.definition.questions.find((each) => each.step === step);
    if (!question || question.wish || !appliesTo(question, this.form(turn).slots)) return false;
    turn.goTo(question.step);
    this.ask(turn, question);
    return true;
  }

  private skip(turn: Turn, question: Question): boolean {
    if (!question.skippable && !question.optional) return false;
    const form = this.form(turn);
    for (const slot of question.slots) delete form.slots[slot];
    Object.assign(form.slots, question.whenSkipped ?? {});
    if (!form.skipped.includes(question.step)) form.skipped.push(question.step);
    turn.state.misses = 0;
    turn.state.choice = null;
    return true;
  }

  private async miss(turn: Turn, question?: Question): Promise<void> {
    turn.state.misses += 1;
    if (turn.state.misses >= 2) turn.say('dialog.stuck', {});
    else if (question?.slots.includes('stations')) turn.say('dialog.stationUnknown', {});
    else turn.say(question?.missPhrase ?? 'dialog.miss', {});
    await this.resume(turn);
  }
}
