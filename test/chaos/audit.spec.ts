import { describe, expect, it } from 'vitest';
import { damage } from './audit.js';

describe('damage', () => {
  const said = ['а', 'б', 'а', 'в'];
  it.each([
    ['nothing', said, { lost: 0, duplicated: 0, reordered: 0 }],
    ['a loss', ['а', 'б', 'в'], { lost: 1, duplicated: 0, reordered: 0 }],
    ['a repetition', ['а', 'б', 'б', 'а', 'в'], { lost: 0, duplicated: 1, reordered: 0 }],
    ['a swap', ['б', 'а', 'а', 'в'], { lost: 0, duplicated: 0, reordered: 2 }],
    ['a stray', ['а', 'б', 'а', 'г'], { lost: 1, duplicated: 1, reordered: 0 }],
  ])('counts %s', (_name, actual, expected) => {
    expect(damage(said, actual)).toEqual(expected);
  });
});
