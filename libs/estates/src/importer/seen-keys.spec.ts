import { expect, it } from 'vitest';
import { SeenKeys } from './seen-keys.js';

it('knows every key it was given and takes no new one of 300,000 alike for an old one', () => {
  const keys = new SeenKeys();
  const key = (i: number) => `e${String(i).padStart(6, '0')}-${i % 8}`;
  for (let i = 0; i < 300_000; i++) if (keys.add(key(i))) throw new Error(`${key(i)} was not there`);
  for (let i = 0; i < 300_000; i += 7) if (!keys.add(key(i))) throw new Error(`${key(i)} was forgotten`);
  expect(keys.add('новый')).toBe(false);
  expect(keys.add('новый')).toBe(true);
});
