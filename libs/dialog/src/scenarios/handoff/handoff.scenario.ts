import type { Turn } from '../../turn.js';
import type { Scenario } from '../scenario.js';
import { collectedRecap } from './collected-recap.js';
import { sayFarewell } from './manager-wait.js';

/** Says farewell and gives the chat to a manager; nothing may be said to the client after it. */
export function handOff(turn: Turn, reason: string): void {
  turn.enter('handoff');
  turn.state.step = 'waiting';
  sayFarewell(turn);
  if (turn.state.awaited) turn.effect({ type: 'cancel-timer', name: 'progress' });
  turn.crm('stage', { stage: 'manager' });
  turn.effect({
    type: 'handoff',
    reason,
    recap: collectedRecap(turn) || 'Клиент просит менеджера; условия ещё не собраны.',
  });
  turn.state.owner = 'manager';
  turn.state.shownOwner = 'manager';
  turn.state.wait = 'asked';
}

/** Goes back to where the client was when the manager came. */
export function returnToKeptPlace(turn: Turn): void {
  const kept = turn.state.keptPlace;
  if (turn.state.scenario === 'handoff' && kept) {
    turn.enter(kept.scenario);
    turn.state.step = kept.step;
  }
  turn.state.keptPlace = null;
}

export const HANDOFF: Scenario = {
  name: 'handoff',
  steps: { waiting: ['waiting'] },
  firstStep: 'waiting',
  open: (turn) => handOff(turn, 'клиент нажал «Позвать менеджера»'),
  async text(turn) {
    handOff(turn, 'клиент попросил менеджера');
    return undefined;
  },
  button: () => false,
  stepBack: returnToKeptPlace,
  resume: (turn) => handOff(turn, 'клиент ждёт менеджера'),
};
