import type { ButtonPress } from '../button-payload.js';
import type { ScenarioName } from '../node-names.js';
import type { Stimulus } from '../stimulus.js';
import type { Turn } from '../turn.js';

export type TextStimulus = Extract<Stimulus, { kind: 'text' }>;

/** One scenario of the dialog: a node of the graph. */
export interface Scenario {
  name: ScenarioName;
  /** Steps it may rest at and, for each, where it can go from there inside the scenario; checked at boot and drawn. */
  steps: Readonly<Record<string, readonly string[]>>;
  /** The step it starts at. */
  firstStep: string;
  /** Opened by a button. */
  open(turn: Turn): Promise<void> | void;
  /** A text that brought the client here, or was written here; another scenario's name = it belongs there. */
  text(turn: Turn, stimulus: TextStimulus): Promise<ScenarioName | undefined>;
  /** A button of its own; false = unknown or expired. */
  button(turn: Turn, press: ButtonPress): Promise<boolean> | boolean;
  /** One step back. */
  stepBack(turn: Turn): Promise<void> | void;
  /** Says again what it waits for. */
  resume(turn: Turn): Promise<void> | void;
}
