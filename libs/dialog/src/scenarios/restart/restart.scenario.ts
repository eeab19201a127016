import { emptyForms } from '../../state.js';
import type { Turn } from '../../turn.js';
import { forgetPictures } from '../photo/looking.js';
import type { Scenario } from '../scenario.js';

/** Forgets the answers and opens the menu; the transcript and the CRM keep what they have. */
function restart(turn: Turn): void {
  const { state } = turn;
  if (state.awaited) turn.effect({ type: 'cancel-timer', name: 'progress' });
  state.forms = emptyForms();
  state.results = null;
  state.figures = {};
  state.question = null;
  state.keptPlace = null;
  forgetPictures(turn);
  state.managerNotes = [];
  turn.enter('menu');
  state.step = 'choose';
  turn.say('restart.done', {});
}

export const RESTART: Scenario = {
  name: 'restart',
  // It never rests: the client is in the menu when the turn ends.
  steps: {},
  firstStep: '',
  open: restart,
  async text(turn) {
    restart(turn);
    return undefined;
  },
  button: () => false,
  stepBack: restart,
  resume: restart,
};
