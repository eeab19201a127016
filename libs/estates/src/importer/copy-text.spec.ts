import { expect, it } from 'vitest';
import { arrayLiteral, copyRow } from './copy-text.js';

it('escapes what COPY would read as structure', () => {
  expect(copyRow(['a\tb', 'c\nd\r', 'e\\N', null, 1.5, true])).toBe('a\\tb\tc\\nd\\r\te\\\\N\t\\N\t1.5\ttrue\n');
  expect(arrayLiteral([])).toBe('{}');
  expect(arrayLiteral(['просто', 'null', 'а"б\\в,г}'])).toBe('{"просто","null","а\\"б\\\\в,г}"}');
});
