import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkScenarios, DialogGraphError } from './boot-check.js';
import { drawDialog } from './graph-drawing.js';
import type { Scenario } from './scenarios/scenario.js';
import { SCENARIOS } from './scenarios/scenarios.js';

describe('the drawing', () => {
  it('is the committed one: run `npm run graph` after a change of steps', () => {
    expect(drawDialog()).toBe(readFileSync(path.join(import.meta.dirname, '../graph.mmd'), 'utf8'));
  });
});

describe('the boot check', () => {
  const broken = (steps: Scenario['steps'], firstStep = 'a') => ({
    ...SCENARIOS,
    menu: { ...SCENARIOS.menu, steps, firstStep },
  });

  it('accepts the scenarios there are', () => {
    expect(() => checkScenarios(SCENARIOS)).not.toThrow();
  });

  it.each([
    ['unreachable', broken({ a: ['a'], b: ['a'] }), 'menu.b: unreachable'],
    ['no way out', broken({ a: [] }), 'menu.a: no way out'],
    ['an exit to nowhere', broken({ a: ['c'] }), 'menu.a: leads to unknown c'],
    ['no first step', broken({ a: ['a'] }, 'z'), 'menu: first step z does not exist'],
    ['a wrong name', { ...SCENARIOS, menu: SCENARIOS.about }, 'menu: calls itself about'],
  ])('refuses %s', (_what, scenarios, problem) => {
    let refused: unknown;
    try {
      checkScenarios(scenarios);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(DialogGraphError);
    expect((refused as DialogGraphError).problems).toContain(problem);
  });

  it('refuses a scenario that is missing', () => {
    const { photo: _photo, ...rest } = SCENARIOS;
    expect(() => checkScenarios(rest)).toThrow('photo: no such scenario');
  });
});
