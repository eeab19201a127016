import type { JsonObject } from '#libs/chats';
import { changedFigures } from '../../figures.js';
import { FormScenario } from '../../form/form-scenario.js';
import { nominalArea } from '../../ru-format.js';
import type { Turn } from '../../turn.js';
import { startAnalogs } from '../analogs.js';
import { VALUATION_FORM, valuationRequest } from './valuation.slots.js';
import { type ValuationResult, valuationFigures, valuationSummary } from './valuation-result.js';

export const VALUATION = new FormScenario('valuation', VALUATION_FORM, {
  confirm(turn) {
    turn.goTo('working');
    turn.crm('slots', { scenario: 'valuation', slots: VALUATION.form(turn).slots as JsonObject });
    turn.startJob('valuation', valuationRequest(VALUATION.form(turn).slots));
  },
  text(turn, _text, reading) {
    if (turn.state.step === 'working') turn.say('job.working', {});
    else if (reading.agreement !== 'unclear') turn.say('dialog.whatNext', {}, { buttons: RESULT_BUTTONS });
    else return false;
    return true;
  },
  button(turn, press) {
    if (press.action !== 'analogs' || turn.state.step !== 'result') return false;
    const { slots } = VALUATION.form(turn);
    const station = slots.stations?.[0];
    startAnalogs(
      turn,
      station === undefined
        ? undefined
        : {
            deal: slots.deal ?? 'sale',
            kind: slots.kind ?? 'office',
            k: 5,
            subject: {
              station,
              area: nominalArea(slots) ?? 0,
              ...(slots.classes?.[0] ? { class: slots.classes[0] } : {}),
              ...(slots.walkMeters !== undefined ? { walkMeters: slots.walkMeters } : {}),
            },
            filters: {},
          },
    );
    return true;
  },
  resume: (turn) =>
    turn.state.step === 'working'
      ? turn.say('job.working', {})
      : turn.say('dialog.whatNext', {}, { buttons: RESULT_BUTTONS }),
});

const RESULT_BUTTONS = [
  { text: 'Изменить параметры', payload: 'valuation.edit' },
  { text: 'Показать аналоги', payload: 'valuation.analogs' },
  { text: 'Оставить контакт', payload: 'contact.start' },
  { text: 'Позвать менеджера', payload: 'handoff.start' },
];

/** The `valuation` job is back. */
export function valuationDone(turn: Turn, result: ValuationResult): void {
  turn.state.step = 'result';
  const { deal = 'sale' } = VALUATION.form(turn).slots;
  // A rent and a price are not compared with each other.
  if (turn.state.figures.valuation?.basis !== deal) delete turn.state.figures.valuation;
  const changes = changedFigures(turn, 'valuation', {
    figures: valuationFigures(result, deal),
    files: [],
    basis: deal,
  });
  if (changes.length > 0) turn.say('dialog.changed', { changes: changes.join('; ') });
  turn.crm('note', { text: valuationSummary(result, deal) });
  turn.say('valuation.result', { summary: valuationSummary(result, deal) }, { buttons: RESULT_BUTTONS });
}
