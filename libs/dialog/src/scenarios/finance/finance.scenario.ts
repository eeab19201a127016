import type { JsonObject } from '#libs/chats';

import { changedFigures } from '../../figures.js';
import { FormScenario } from '../../form/form-scenario.js';
import { nominalArea } from '../../ru-format.js';
import type { Turn } from '../../turn.js';
import type { AnalogRequest } from '../analog-request.js';
import { startAnalogs } from '../analogs.js';
import { FINANCE_FORM, financeRequest } from './finance.slots.js';
import { attachmentsOf, type FinanceJobResult, modelCard, modelFigures, modelSummary } from './model-summary.js';

export const FINANCE = new FormScenario('finance', FINANCE_FORM, {
  confirm(turn) {
    turn.goTo('working');
    turn.crm('slots', { scenario: 'finance', slots: FINANCE.form(turn).slots as JsonObject });
    turn.startJob('finance-model', financeRequest(FINANCE.form(turn).slots) as unknown as JsonObject);
  },
  text(turn, text, reading) {
    if (turn.state.step === 'working') turn.say('job.working', {});
    else if (/скача|файл|excel|эксель|xlsx|pdf|пдф/iu.test(text)) sendFiles(turn);
    else if (reading.agreement !== 'unclear') turn.say('dialog.whatNext', {}, { buttons: RESULT_BUTTONS });
    else return false;
    return true;
  },
  button(turn, press) {
    if (turn.state.step !== 'result') return false;
    if (press.action === 'download') sendFiles(turn);
    else if (press.action === 'analogs') startAnalogs(turn, analogRequest(turn));
    else return false;
    return true;
  },
  resume: (turn) =>
    turn.state.step === 'working'
      ? turn.say('job.working', {})
      : turn.say('dialog.whatNext', {}, { buttons: RESULT_BUTTONS }),
});

const RESULT_BUTTONS = [
  { text: 'Скачать расчёт', payload: 'finance.download' },
  { text: 'Изменить параметры', payload: 'finance.edit' },
  { text: 'Показать аналоги', payload: 'finance.analogs' },
  { text: 'Позвать менеджера', payload: 'handoff.start' },
];

/** The `finance-model` job is back. */
export function financeDone(turn: Turn, result: FinanceJobResult): void {
  turn.state.step = 'result';
  const files = attachmentsOf(result.attachments);
  const changes = changedFigures(turn, 'finance', { figures: modelFigures(result), files });
  if (changes.length > 0) turn.say('dialog.changed', { changes: changes.join('; ') });
  turn.crm('note', { text: modelSummary(result) });
  turn.say(
    'finance.result',
    { summary: modelSummary(result) },
    { cards: [modelCard(result)], attachments: files, buttons: RESULT_BUTTONS },
  );
}

function sendFiles(turn: Turn): void {
  const files = turn.state.figures.finance?.files ?? [];
  if (files.length > 0) turn.say('finance.files', {}, { attachments: files });
  else turn.say('finance.noFiles', {});
}

function analogRequest(turn: Turn): AnalogRequest | undefined {
  const { slots } = FINANCE.form(turn);
  const station = slots.stations?.[0];
  if (!station) return undefined;
  return {
    deal: 'sale',
    kind: slots.model?.startsWith('retail') ? 'retail' : 'office',
    k: 5,
    subject: {
      station,
      area: nominalArea(slots) ?? 0,
      ...(slots.classes?.[0] ? { class: slots.classes[0] } : {}),
      ...(slots.walkMeters !== undefined ? { walkMeters: slots.walkMeters } : {}),
      ...(slots.pricePerM2 !== undefined ? { pricePerM2: slots.pricePerM2 } : {}),
    },
    filters: {},
  };
}
