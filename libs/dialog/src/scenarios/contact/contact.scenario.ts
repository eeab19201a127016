import type { JsonObject } from '#libs/chats';
import { recapLine } from '../../form/answers.js';
import { FormScenario } from '../../form/form-scenario.js';
import { formatPhone } from '../../ru-format.js';
import { collectedRecap } from '../handoff/collected-recap.js';
import { CONTACT_FORM } from './contact.slots.js';

export const CONTACT = new FormScenario('contact', CONTACT_FORM, {
  confirm(turn) {
    const { slots } = CONTACT.form(turn);
    const { name = '', phone = '', preferredTime, comment } = slots;
    const contact: JsonObject = {
      name,
      phone,
      ...(preferredTime ? { preferredTime } : {}),
      ...(comment ? { comment } : {}),
    };
    turn.crm('contact', contact);
    turn.crm('stage', { stage: 'contact' });
    turn.crm('note', { text: collectedRecap(turn) || recapLine(CONTACT_FORM, CONTACT.form(turn)) });
    turn.crm('task', { text: `Связаться с клиентом${preferredTime ? `: ${preferredTime}` : ''}`, ...contact });
    turn.goTo('done');
    turn.say('contact.done', { name, phone: formatPhone(phone), time: preferredTime ? ` (${preferredTime})` : '' });
  },
  text(turn, _text, reading) {
    if (turn.state.step !== 'done' || reading.agreement === 'unclear') return false;
    turn.say('dialog.thanks', {});
    return true;
  },
  resume: (turn) => turn.say('dialog.thanks', {}),
});
