import { expect, test } from 'vitest';
import { NewestOutcomes } from '../../src/domain/newest-outcomes.ts';

const outcomeOf = (n: number) => ({
  error: n,
  persistenceError: 2 * n,
  in80: n % 2 === 0,
  in95: n % 4 !== 3,
});

test.each([1, 63, 64, 65, 3599, 3600, 3601, 9000])(
  'tells of the newest of %d outcomes',
  (total) => {
    const outcomes = new NewestOutcomes();
    expect(outcomes.figures()).toBeNull();
    for (let n = 0; n < total; n += 1) outcomes.add(outcomeOf(n));
    const newest = Array.from({ length: total }, (_, n) => outcomeOf(n)).slice(-3600);
    const mean = (of: (outcome: (typeof newest)[number]) => number) =>
      newest.reduce((sum, outcome) => sum + of(outcome), 0) / newest.length;
    expect(outcomes.figures()).toEqual({
      ticks: newest.length,
      mae: mean(({ error }) => error),
      persistenceMae: mean(({ persistenceError }) => persistenceError),
      coverage80: mean(({ in80 }) => Number(in80)),
      coverage95: mean(({ in95 }) => Number(in95)),
    });
  },
);
