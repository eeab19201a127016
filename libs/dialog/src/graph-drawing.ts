import { SCENARIO_NAMES } from './node-names.js';
import { SCENARIOS } from './scenarios/scenarios.js';

/** Scenarios as Mermaid: one subgraph each with its steps, and the way a turn goes from START to them. */
export function drawDialog(): string {
  const lines = [
    '%% Drawn by `npm run graph`; do not edit.',
    'flowchart TD',
    '  START([turn starts]) --> entry{who owns the next message?}',
  ];
  for (const name of SCENARIO_NAMES) lines.push(`  entry --> ${name}`);
  for (const name of SCENARIO_NAMES) {
    const { steps, firstStep } = SCENARIOS[name];
    lines.push(`  subgraph ${name}`);
    for (const [step, exits] of Object.entries(steps)) {
      lines.push(`    ${name}_${step}["${step}"]`);
      for (const exit of exits) if (exit !== step) lines.push(`    ${name}_${step} --> ${name}_${exit}`);
    }
    if (!(firstStep in steps)) lines.push(`    ${name}_pass["passes on to menu"]`);
    lines.push('  end');
    lines.push(`  ${name} -->|belongs elsewhere| entry`);
    lines.push(`  ${name} -->|nothing left| END([turn ends])`);
  }
  return `${[...lines.filter((line, at) => lines.indexOf(line) === at || line.trim() === 'end')].join('\n')}\n`;
}
