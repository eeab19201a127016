// The dialog: build the graph once, run turns on it.

// For those who look inside: state, names, drawing, checks.
export { checkScenarios, DialogGraphError } from './boot-check.js';
export { createDialogGraph, type DialogGraph } from './graph.js';
export { drawDialog } from './graph-drawing.js';
export { type FormName, isScenarioName, SCENARIO_NAMES, type ScenarioName } from './node-names.js';
export { PhraseBook, PhraseBookError } from './phrases/phrase-book.js';
// What it depends on.
export type { DialogDeps, KnowledgePort, LotReader, ManagersDuty, Understander } from './ports.js';
export { RULES_UNDERSTANDER } from './rules-understander.js';
export { type DialogView, runTurn, type TurnInput, type TurnOutput, viewOf } from './run-turn.js';
// Payloads of jobs that only the dialog names.
export type { AnalogRequest } from './scenarios/analog-request.js';
export type { DialogState } from './state.js';
