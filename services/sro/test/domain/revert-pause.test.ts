import type { ChangeFact, SliceState } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { pauseFor, revertPausesAt } from '../../src/domain/revert-pause.ts';
import { aSlice, predictivePolicy, T0 } from './samples.ts';

const flavors = [
  { id: 1, name: 'small', pricePerHour: 1, rank: 1 },
  { id: 2, name: 'medium', pricePerHour: 2, rank: 2 },
  { id: 3, name: 'large', pricePerHour: 4, rank: 3 },
];
const slice = (changes: Partial<SliceState> = {}) => aSlice({ flavors, ...changes });

function fact(minutesAgo: number, fromFlavor: number, toFlavor: number, good = false): ChangeFact {
  const endedAt = T0 - minutesAgo * 60_000;
  return {
    id: `1-${endedAt}`,
    at: endedAt - 30_000,
    origin: 'decision',
    status: good ? 'verified' : 'reverted',
    epoch: 1,
    fromFlavor,
    toFlavor,
    settledAt: endedAt - 20_000,
    endedAt,
    verdict: good ? 'as-forecast' : 'worse',
  };
}

const minutesLeft: [string, ChangeFact[], number | null][] = [
  ['one revert', [fact(1, 2, 1)], 4],
  ['one revert whose pause is over', [fact(5, 2, 1)], null],
  ['two reverts', [fact(100, 2, 1), fact(1, 2, 1)], 9],
  ['three reverts in any order', [fact(50, 2, 1), fact(1, 2, 1), fact(200, 2, 1)], 19],
  ['a revert of more than a day ago, and one of now', [fact(1441, 2, 1), fact(1, 2, 1)], 4],
  [
    'a revert before the flavor was as forecast',
    [fact(100, 2, 1), fact(50, 2, 1, true), fact(1, 2, 1)],
    4,
  ],
  ['a flavor that was as forecast since', [fact(3, 2, 1), fact(2, 2, 1, true)], null],
  ['nine reverts', Array.from({ length: 9 }, (_, i) => fact(1 + i, 2, 1)), 239],
  ['a change that stayed', [fact(1, 2, 1, true)], null],
];

test.each(minutesLeft)('after %s', (_title, facts, minutes) => {
  const [pause] = revertPausesAt(slice(), facts, T0);
  expect(pause === undefined ? null : (pause.until - T0) / 60_000).toBe(minutes);
});

test('a policy sets the first pause; none is shorter than it', () => {
  const own = slice({ policy: predictivePolicy({ revertPauseSeconds: 20_000 }) });
  const facts = [fact(3, 2, 1), fact(2, 2, 1)];
  expect(revertPausesAt(own, facts, T0)).toMatchObject([{ until: T0 - 120_000 + 20_000_000 }]);
});

const barred: [string, ChangeFact, number, number, boolean][] = [
  ['the way down to that flavor', fact(1, 3, 2), 3, 2, true],
  ['the way down past it', fact(1, 3, 2), 3, 1, true],
  ['the way down to a flavor above it', fact(1, 3, 1), 3, 2, false],
  ['the way up to that flavor', fact(1, 3, 2), 1, 2, false],
  ['the way up past it', fact(1, 2, 1), 1, 3, false],
  ['the way up to a flavor that was left upward', fact(1, 1, 2), 1, 2, true],
  ['the way up to the next one', fact(1, 1, 2), 1, 3, false],
  ['the way down to a flavor that was left upward', fact(1, 1, 2), 3, 2, false],
];

test.each(barred)('%s', (_title, reverted, flavorInForce, to, isBarred) => {
  const now = slice({ flavorInForce });
  const pause = pauseFor(revertPausesAt(now, [reverted], T0), now, to);
  expect(pause !== undefined).toBe(isBarred);
});

test('flavors that the slice has no more are of no account', () => {
  const facts = [fact(1, 2, 9), fact(1, 9, 1)];
  expect(revertPausesAt(slice(), facts, T0)).toEqual([]);
});
