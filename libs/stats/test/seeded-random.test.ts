import { expect, test } from 'vitest';
import { seededRandom } from '../src/seeded-random.ts';

test.each([
  [1, [0.6270739405881613, 0.002735721180215478, 0.5274470399599522]],
  [2 ** 32 - 1, [0.8964226141106337, 0.189478256739676]],
])('the sequence of seed %d is that of Mulberry32 written in Python integers', (seed, expected) => {
  const random = seededRandom(seed);
  expect(expected.map(() => random())).toEqual(expected);
});

test('it fills [0, 1) evenly', () => {
  const random = seededRandom(9);
  const tenths = new Array<number>(10).fill(0);
  for (let i = 0; i < 20_000; i += 1) {
    const tenth = Math.floor(10 * random());
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(180);
});
