import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkIds, checkText, cleanText, serialiseEvent } from './message-limits.js';

describe('limits of incoming messages', () => {
  it('leaves nothing a JSON column refuses and is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleanText(text);
        expect(clean).not.toMatch(/[\u0000-\u0008\u007f]/);
        // encodeURIComponent throws on a lone surrogate.
        expect(() => encodeURIComponent(clean)).not.toThrow();
        expect(cleanText(clean)).toBe(clean);
      }),
    );
  });

  it('keeps emoji and line breaks', () => {
    expect(cleanText('да 👍\r\nнет\u0000')).toBe('да 👍\nнет');
    expect(cleanText('\ud83d')).toBe('\ufffd');
  });

  it.each([
    ['invalid-chat-id', () => checkIds('с пробелом', 'm')],
    ['invalid-chat-id', () => checkIds('', 'm')],
    ['invalid-message-id', () => checkIds('c', '')],
    ['invalid-message-id', () => checkIds('c', 'x'.repeat(257))],
    ['text-too-long', () => checkText('я'.repeat(1_000_000))],
    ['message-too-large', () => serialiseEvent({ text: 'я'.repeat(40_000) })],
  ])('refuses with %s', (code, check) => {
    expect(check).toThrow(expect.objectContaining({ code }));
  });
});
