import { freeText } from '../menu/menu.scenario.js';
import type { Scenario } from '../scenario.js';

/** Pictures cannot be read yet: the scenario says so and offers a manager; it never pretends. */
export const PHOTO: Scenario = {
  name: 'photo',
  steps: { offered: ['offered'] },
  firstStep: 'offered',
  open(turn) {
    turn.state.step = 'offered';
    turn.say('photo.unavailable', {});
  },
  text: (turn, stimulus) => freeText(turn, stimulus),
  button: () => false,
  stepBack(turn) {
    turn.enter('menu');
    turn.state.step = 'choose';
    turn.say('menu.again', {});
  },
  resume: (turn) => turn.say('photo.unavailable', {}),
};
