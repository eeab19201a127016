import { describe, expect, it } from 'vitest';
import { derivedId } from './derived-id.js';

describe(derivedId.name, () => {
  it('is the same for the same parts and legal as a job id', () => {
    expect(derivedId('job', 'web:1', 7, 0)).toBe(derivedId('job', 'web:1', 7, 0));
    expect(derivedId('job', 'web:1', 7, 0)).toMatch(/^job-[0-9a-f]{24}$/);
  });

  it('tells parts apart by their borders', () => {
    expect(derivedId('job', 'ab', 'c')).not.toBe(derivedId('job', 'a', 'bc'));
    expect(derivedId('job', 'a', '')).not.toBe(derivedId('job', 'a'));
    expect(derivedId('job', '1:a', 'b')).not.toBe(derivedId('job', '1', 'a1:b'));
  });

  it('refuses a prefix that is not a word', () => {
    expect(() => derivedId('a:b', 1)).toThrow(TypeError);
  });
});
