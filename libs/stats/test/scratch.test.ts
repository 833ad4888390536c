import { expect, test } from 'vitest';
import { createScratch } from '../src/scratch.ts';

test('gives the same room again, and a larger one where it does not suffice', () => {
  const room = createScratch();
  const first = room(100);
  expect(first.length).toBeGreaterThanOrEqual(100);
  expect(room(1)).toBe(first);
  expect(room(first.length + 1).length).toBeGreaterThan(first.length);
});
