import { describe, expect, it } from 'vitest';
import { VisitorCookie } from './visitor-cookie.js';

describe('VisitorCookie', () => {
  it('takes what the former secret signed while it is being changed, and signs with the new one', () => {
    const old = new VisitorCookie('a'.repeat(32));
    const changing = new VisitorCookie('b'.repeat(32), 'a'.repeat(32));
    const changed = new VisitorCookie('b'.repeat(32));
    const visitor = old.newVisitor();
    const header = (cookie: VisitorCookie) => cookie.write(visitor, false).split(';')[0];
    expect(changing.read(header(old))).toBe(visitor);
    expect(changed.read(header(changing))).toBe(visitor);
    expect(changed.read(header(old))).toBeUndefined();
    expect(old.read(header(changing))).toBeUndefined();
  });
});
