import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PacedWakes } from './paced-wakes.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('gathers wake-ups for a while and passes each chat on once, also those at the end', () => {
  const published: string[] = [];
  const wakes = new PacedWakes((target, chatId) => published.push(`${target} ${chatId}`));
  wakes.add('crm', 'a');
  vi.advanceTimersByTime(199);
  wakes.add('crm', 'b');
  wakes.add('crm', 'a');
  expect(published).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(published).toEqual(['crm a', 'crm b']);
  wakes.add('crm', 'a');
  wakes.flush();
  expect(published).toEqual(['crm a', 'crm b', 'crm a']);
  vi.advanceTimersByTime(1_000);
  expect(published).toHaveLength(3);
});
