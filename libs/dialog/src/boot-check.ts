import { SCENARIO_NAMES } from './node-names.js';
import type { Scenario } from './scenarios/scenario.js';

/** The scenarios contradict themselves; `problems` name each step. */
export class DialogGraphError extends Error {
  override readonly name = 'DialogGraphError';
  readonly code = 'DIALOG_GRAPH_INVALID';

  constructor(readonly problems: readonly string[]) {
    super(`The dialog graph cannot be built: ${problems.join('; ')}`);
  }
}

/**
 * Proves that every scenario is known to the graph, every step can be reached from its scenario's first one, leads only to steps that
 * exist and has a way out (menu, restart, manager and step back lead out of every step; a step must still lead somewhere itself).
 * @throws DialogGraphError naming everything that is wrong.
 */
export function checkScenarios(scenarios: Readonly<Record<string, Scenario>>): void {
  const problems: string[] = [];
  for (const name of SCENARIO_NAMES) if (!scenarios[name]) problems.push(`${name}: no such scenario`);
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (scenario.name !== name) problems.push(`${name}: calls itself ${scenario.name}`);
    const steps = Object.keys(scenario.steps);
    if (steps.length === 0) continue;
    if (!(scenario.firstStep in scenario.steps))
      problems.push(`${name}: first step ${scenario.firstStep} does not exist`);
    for (const [step, exits] of Object.entries(scenario.steps)) {
      if (exits.length === 0) problems.push(`${name}.${step}: no way out`);
      for (const exit of exits)
        if (!(exit in scenario.steps)) problems.push(`${name}.${step}: leads to unknown ${exit}`);
    }
    const reached = reachable(scenario);
    for (const step of steps) if (!reached.has(step)) problems.push(`${name}.${step}: unreachable`);
  }
  if (problems.length > 0) throw new DialogGraphError(problems);
}

function reachable(scenario: Scenario): Set<string> {
  const reached = new Set<string>();
  const open = [scenario.firstStep];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (reached.has(step)) continue;
    reached.add(step);
    open.push(...(scenario.steps[step] ?? []));
  }
  return reached;
}
