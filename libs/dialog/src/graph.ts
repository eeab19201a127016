// The entry for the web is the same library without an async context, which only its tracing and its `interrupt` read; the other
// entry keeps one up for every promise of the process.
import type { BaseCheckpointSaver } from '@langchain/langgraph/web';
import { END, START, StateGraph } from '@langchain/langgraph/web';
import { checkScenarios } from './boot-check.js';
import { parsePayload } from './button-payload.js';
import { isFormName, SCENARIO_NAMES, type ScenarioName } from './node-names.js';
import type { DialogDeps } from './ports.js';
import { contextOf, react } from './reaction.js';
import { FORM_SCENARIOS } from './scenarios/form-scenarios.js';
import { tellFilesNotReceived } from './scenarios/photo/files-not-received.js';
import { captionSpeaks, receiveFiles } from './scenarios/photo/photo.scenario.js';
import type { TextStimulus } from './scenarios/scenario.js';
import { SCENARIOS } from './scenarios/scenarios.js';
import { DialogAnnotation, type DialogState } from './state.js';
import { Turn } from './turn.js';
import { depsWithin } from './turn-scope.js';
import { Untraced, writeDirectly } from './untraced.js';

/**
 * The dialog as a graph: one node per scenario. START goes straight to the scenario that owns the first stimulus, so that a turn
 * takes one super-step, or two when a message belongs to another scenario. A function of its dependencies; refuses to be built when
 * a scenario is unreachable or has no way out.
 */
export function createDialogGraph(deps: DialogDeps, checkpointer?: BaseCheckpointSaver) {
  checkScenarios(SCENARIOS);
  const node = (name: ScenarioName) =>
    new Untraced(name, (state: DialogState, config) => runScenario(name, state, depsWithin(deps, config)));
  const owner = new Untraced('ownerOfNext', ownerOfNext);
  const exits = [...SCENARIO_NAMES, END] as const;

  const graph = new StateGraph(DialogAnnotation)
    .addNode('menu', node('menu'))
    .addNode('about', node('about'))
    .addNode('market', node('market'))
    .addNode('search', node('search'))
    .addNode('valuation', node('valuation'))
    .addNode('finance', node('finance'))
    .addNode('photo', node('photo'))
    .addNode('contact', node('contact'))
    .addNode('handoff', node('handoff'))
    .addNode('restart', node('restart'))
    // A turn starts where the client is: an entry button leads to its scenario, a picture to `photo`.
    .addConditionalEdges(START, owner, [...exits])
    // From the menu a request leads to any scenario; without one the turn is over.
    .addConditionalEdges('menu', owner, [...exits])
    // A request written instead of a question about the company leads to its scenario.
    .addConditionalEdges('about', owner, [...exits])
    // The same for questions about the market.
    .addConditionalEdges('market', owner, [...exits])
    // Another request, a contact, a manager, a restart or the menu may come at any step of the search.
    .addConditionalEdges('search', owner, [...exits])
    // The same for the valuation.
    .addConditionalEdges('valuation', owner, [...exits])
    // The same for the investment model.
    .addConditionalEdges('finance', owner, [...exits])
    // A caption under a picture is answered by the scenario the client was in.
    .addConditionalEdges('photo', owner, [...exits])
    // A new request instead of an answer leaves the contact form; what was told stays.
    .addConditionalEdges('contact', owner, [...exits])
    // Messages of the same burst after «позовите менеджера» are kept, not answered; a return leads to the kept scenario.
    .addConditionalEdges('handoff', owner, [...exits])
    // After a restart the rest of a burst is read by the menu.
    .addConditionalEdges('restart', owner, [...exits])
    .compile({ ...(checkpointer ? { checkpointer } : {}), name: 'dialog' });
  writeDirectly(graph);
  return graph;
}

export type DialogGraph = ReturnType<typeof createDialogGraph>;

/** The scenario that handles the next stimulus; END when there is none. Pure. */
export function ownerOfNext(state: Pick<DialogState, 'queue' | 'scenario' | 'owner'>): ScenarioName | typeof END {
  const next = state.queue[0];
  if (!next) return END;
  const here = state.scenario ?? 'menu';
  if (state.owner === 'manager') return here;
  if (next.kind === 'text' && next.attachments.length > 0) return 'photo';
  if (next.kind !== 'button') return here;
  const press = parsePayload(next.payload);
  return press?.action === 'start' ? press.scenario : here;
}

/** Reacts to stimuli until none is left or one belongs to another node. */
async function runScenario(name: ScenarioName, state: DialogState, deps: DialogDeps): Promise<DialogState> {
  const turn = new Turn(state, deps, await deps.phrases());
  if (name !== (turn.state.scenario ?? 'menu')) await arrive(name, turn);
  while (turn.state.queue.length > 0 && ownerOfNext(turn.state) === name) {
    const stimulus = turn.state.queue[0];
    if (!stimulus) break;
    if (stimulus.kind === 'text' && turn.owner === 'bot') {
      if (stimulus.attachments.length > 0) {
        await takeFiles(turn, stimulus);
        continue;
      }
      if (tellFilesNotReceived(turn, stimulus) && stimulus.text === '') {
        turn.state.queue.shift();
        continue;
      }
    }
    const target = await react(turn, stimulus);
    if (target === undefined) {
      turn.state.queue.shift();
      continue;
    }
    // An edit may have turned into a text to be read.
    const left = turn.state.queue[0] ?? stimulus;
    if (left.kind !== 'event') left.passedBy.push(name);
    // It was read as an answer to this scenario's question; the next one reads it afresh.
    if (left.kind === 'text' && isFormName(name)) delete left.reading;
    if (target === 'search' && left.kind === 'button') turn.state.scenario = 'search';
    else turn.enter(target);
  }
  return turn.patch();
}

/** The node was reached by a button while the client was elsewhere. */
async function arrive(name: ScenarioName, turn: Turn): Promise<void> {
  const stimulus = turn.state.queue[0];
  if (stimulus?.kind !== 'button') return;
  turn.enter(name);
  await SCENARIOS[name].open(turn);
  turn.state.queue.shift();
}

/** Takes the files off the message; what is written beside them is left to the scenario the client is in. */
async function takeFiles(turn: Turn, stimulus: TextStimulus): Promise<void> {
  turn.state.scenario ??= 'menu';
  tellFilesNotReceived(turn, stimulus);
  await receiveFiles(turn, stimulus);
  if (stimulus.text.trim() === '') {
    turn.state.queue.shift();
    return;
  }
  stimulus.reading = await turn.deps.understander.understand(stimulus.text, contextOf(turn));
  if (captionSpeaks(stimulus.text, stimulus.reading) || takesAnyWords(turn)) return;
  turn.remember('client', stimulus.text);
  turn.state.queue.shift();
}

/** The open question is one of those a name or a comment answers. */
function takesAnyWords(turn: Turn): boolean {
  const { scenario } = turn.state;
  return scenario !== null && isFormName(scenario) && FORM_SCENARIOS[scenario].question(turn)?.read !== undefined;
}
