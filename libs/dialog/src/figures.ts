import type { ScenarioName } from './node-names.js';
import type { ShownFigures } from './state.js';
import type { Turn } from './turn.js';

/** Keeps what is shown now and says which figures a correction moved: «Итого: 30 млн ₽ → 33 млн ₽». Empty the first time. */
export function changedFigures(turn: Turn, scenario: ScenarioName, shown: ShownFigures): string[] {
  const before = turn.state.figures[scenario]?.figures;
  turn.state.figures = { ...turn.state.figures, [scenario]: shown };
  if (!before) return [];
  return Object.entries(shown.figures)
    .filter(([label, value]) => before[label] !== undefined && before[label] !== value)
    .map(([label, value]) => `${label}: ${before[label]} → ${value}`);
}
