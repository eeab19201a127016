import { editedAnswers } from './form/edited-answer.js';
import { isFormName } from './node-names.js';
import { FORM_SCENARIOS } from './scenarios/form-scenarios.js';
import type { TextStimulus } from './scenarios/scenario.js';
import type { Stimulus } from './stimulus.js';
import type { Turn } from './turn.js';

type EditStimulus = Extract<Stimulus, { kind: 'edit' }>;

/**
 * The client has changed a message that was answered already. An edit that means the same (a typo) is passed over; other facts
 * correct the answers the message gave; any other change of meaning is read as if it were said now: the text to react to is
 * returned.
 */
export async function editedMessage(turn: Turn, { text, before }: EditStimulus): Promise<TextStimulus | undefined> {
  turn.rewrite('client', before, text);
  const [was, is] = [await turn.deps.understander.understand(before), await turn.deps.understander.understand(text)];
  const { scenario, keptPlace } = turn.state;
  const place = scenario === 'handoff' ? keptPlace?.scenario : scenario;
  if (place && isFormName(place)) {
    const form = FORM_SCENARIOS[place];
    const told = await editedAnswers(
      turn,
      place,
      form.definition,
      { text: before, reading: was },
      { text, reading: is },
    );
    if (Object.keys(told).length > 0) {
      if (turn.owner === 'manager') form.absorb(turn, told);
      else await form.answer(turn, told);
      return undefined;
    }
  }
  if (turn.owner === 'manager') return undefined;
  const isSame =
    was.intent === is.intent &&
    was.agreement === is.agreement &&
    was.back === is.back &&
    JSON.stringify(was.slots) === JSON.stringify(is.slots);
  return isSame ? undefined : { kind: 'text', text, attachments: [], passedBy: [] };
}
