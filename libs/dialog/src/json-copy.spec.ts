import { describe, expect, it } from 'vitest';
import { copyJson } from './json-copy.js';

describe('a copy of plain JSON', () => {
  it('is equal and shares nothing that could be changed', () => {
    const original = { a: [1, { b: null, c: 'в' }], d: { e: [[true]] }, f: undefined };
    const before = structuredClone(original);
    const copy = copyJson(original);
    expect(copy).toStrictEqual(before);
    copy.d.e[0]?.push(false);
    copy.a.push(2);
    expect(original).toStrictEqual(before);
  });

  it('keeps a hostile key as data', () => {
    const copy = copyJson(JSON.parse('{"__proto__":{"admin":true},"list":[{"__proto__":1}]}'));
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(copy.admin).toBeUndefined();
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"admin":true},"list":[{"__proto__":1}]}');
  });
});
