import { describe, expect, it } from 'vitest';
import { isElsewhere } from './premises-signs.js';

const found = (...labels: [string, number][]) => labels.map(([label, score]) => ({ label, score }));

describe(isElsewhere.name, () => {
  it.each([
    ['a dog', found(['dog', 0.9])],
    ['a street', found(['person', 0.9], ['car', 0.6], ['traffic light', 0.35])],
    ['a class by another name', found(['motorbike', 0.7])],
    ['a plate', found(['pizza', 0.8], ['fork', 0.6])],
  ])('%s is no photo of premises', (_what, objects) => expect(isElsewhere(objects)).toBe(true));

  it.each([
    ['nothing found: empty premises look so', []],
    ['people and their things', found(['person', 0.9], ['handbag', 0.8])],
    ['a dog under a desk', found(['dog', 0.9], ['dining table', 0.31])],
    ['a hall taken for a train', found(['train', 0.45])],
    ['a class nobody has heard of', found(['spaceship', 0.9])],
  ])('%s may be one', (_what, objects) => expect(isElsewhere(objects)).toBe(false));
});
