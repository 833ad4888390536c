import { violates } from '@slicecast/contracts';
import { describe, expect, test } from 'vitest';
import { kpiUnder } from '../src/recording/recording.ts';
import { syntheticCases } from '../src/synthetic/cases.ts';
import { recordCase, syntheticSlice } from '../src/synthetic/record-case.ts';

const seconds = 7200;
const { sla } = syntheticSlice();

describe.each(syntheticCases)('$name', (each) => {
  const recording = recordCase(each, 3, seconds);
  const bad = (flavorId: number) =>
    recording.at.map((_, second) => violates(sla, kpiUnder(recording, flavorId, second)));

  test('is the same for the same seed, and another for another', () => {
    expect(recordCase(each, 3, seconds)).toEqual(recording);
    expect(recordCase(each, 4, seconds)).not.toEqual(recording);
  });

  test('the small flavor violates often and the large one hardly ever', () => {
    const share = (flavorId: number) => bad(flavorId).filter(Boolean).length / seconds;
    expect(share(1)).toBeGreaterThan(0.1);
    expect(share(1)).toBeLessThan(0.6);
    expect(share(2)).toBeLessThan(0.01);
  });

  test('no threshold on the load tells a violation ten seconds ahead', () => {
    const load = recording.tracks.get(1)?.columns[0] ?? new Float64Array();
    const violating = bad(1);
    const ahead = recording.at.flatMap((_, second) =>
      second + 10 < seconds ? [[load[second] ?? 0, violating[second + 10] === true] as const] : [],
    );
    // Raised past one second after another: those below it that violate, and those above that do not.
    const ascending = ahead.toSorted(([a], [b]) => a - b);
    let wrong = ascending.filter(([, will]) => !will).length;
    let least = wrong;
    for (const [, will] of ascending) {
      wrong += will ? 1 : -1;
      least = Math.min(least, wrong);
    }
    const violations = ahead.filter(([, will]) => will).length;
    expect(least / violations).toBeGreaterThan(0.15);
  });
});
