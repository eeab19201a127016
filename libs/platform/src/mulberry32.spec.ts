import { describe, expect, it } from 'vitest';
import { mulberry32 } from './mulberry32.js';

describe('mulberry32', () => {
  it('gives the numbers of the published algorithm for a seed, the same every time', () => {
    const numbers = mulberry32(1);
    const first = [numbers(), numbers(), numbers()];
    expect(first.map((number) => number * 2 ** 32)).toEqual([2_693_262_067, 11_749_833, 2_265_367_787]);
    const again = mulberry32(1);
    expect([again(), again(), again()]).toEqual(first);
  });
});
