import { Policy } from '@slicecast/contracts';
import { checkPolicy } from '@slicecast/sro/domain/policies/check-policy.ts';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import {
  candidateCount,
  loadThresholdCandidates,
  predictiveCandidates,
  reactiveCandidates,
} from '../src/tune/candidates.ts';
import { cheapestTrial, worthwhile } from '../src/tune/choose.ts';
import { cyclesBefore } from '../src/tune/held-out.ts';
import { horizonsOf } from '../src/tune/horizons.ts';
import { type TrialPart, tryPolicy } from '../src/tune/trial.ts';
import { aSlice, kpiRecording, repeated } from './fakes.ts';

const slice = aSlice();
const loads = Float64Array.from({ length: 100 }, (_, i) => i / 50 - 1);

const kinds = [
  ['predictive', predictiveCandidates({})],
  ['reactive', reactiveCandidates(slice)],
  ['load-threshold', loadThresholdCandidates(slice, loads)],
] as const;

test.each(kinds)(
  '%s is tried at as many points as its rivals, each a policy that fits',
  (_, each) => {
    expect(each).toHaveLength(candidateCount);
    expect(new Set(each.map((policy) => JSON.stringify(policy))).size).toBe(candidateCount);
    for (const policy of each) {
      expect(Value.Check(Policy, policy)).toBe(true);
      expect(checkPolicy(policy, slice.flavors)).toEqual([]);
    }
  },
);

test('with three horizons a third of the points are tried at each', () => {
  expect(3 * predictiveCandidates({}, 3).length).toBe(candidateCount);
});

test('beside its own horizon a slice is tried at the shortest that leaves time for a change, and between the two', () => {
  const recording = kpiRecording([100], [50]);
  const span = { from: 0, to: 1 };
  const job = { recording, slice, span, changeSeconds: 3, violationPrice: 10 };
  expect(horizonsOf(job)).toEqual([30, 12, 5]);
  expect(horizonsOf({ ...job, changeSeconds: 40 })).toEqual([30]);
});

const trial = (...prices: number[]) => ({
  policy: { kind: 'predictive' as const },
  horizonSeconds: 30,
  prices,
});

test('the cheapest trial over all parts is the best, the first of equals', () => {
  const trials = [trial(3, 3), trial(1, 4), trial(4, 1)];
  expect(cheapestTrial(trials)).toBe(trials[1]);
  expect(cheapestTrial([])).toBeUndefined();
});

test('what stands is left only for a gain that is more than luck', () => {
  const standing = trial(100, 100, 100);
  const lucky = trial(40, 101, 102);
  const better = trial(90, 88, 91);
  expect(worthwhile(standing, [lucky])).toBe(standing);
  expect(worthwhile(standing, [better])).toBe(better);
  expect(worthwhile(standing, [trial(101, 100, 99)])).toBe(standing);
  expect(worthwhile(standing, [])).toBe(standing);
});

test('the past is cut into whole cycles, or into sixths where there are fewer than three', () => {
  expect(cyclesBefore(3525, 1175).map(({ from }) => from)).toEqual([0, 1175, 2350]);
  expect(cyclesBefore(3524, 1175)).toHaveLength(6);
  expect(cyclesBefore(3600, 400)).toHaveLength(9);
  // Sixty short cycles, seven by seven.
  expect(cyclesBefore(3600, 60).map(({ from }) => from / 60)).toEqual([
    0, 7, 14, 21, 28, 35, 42, 49,
  ]);
  const parts = cyclesBefore(300, null);
  expect(parts).toHaveLength(6);
  expect(parts.slice(0, 2)).toEqual([
    { from: 0, to: 50 },
    { from: 50, to: 100 },
  ]);
});

test('a trial is priced by its flavors and its violation-seconds, part by part', () => {
  const recording = kpiRecording([...repeated(30, 100), ...repeated(30, 400)], repeated(60, 50));
  const part: TrialPart = {
    recording,
    span: { from: 0, to: 60 },
    messageAt: (index, flavorInForce) => ({
      tenantId: 'default',
      sliceId: 1,
      at: recording.at[index] ?? 0,
      epoch: 0,
      flavorInForce,
      observedKpi: recording.tracks.get(flavorInForce)?.kpi[index] ?? null,
      inputStates: [],
      inputQuality: 'fresh',
      forecasts: [],
    }),
  };
  const terms = { slice, changeSeconds: 3, violationPrice: 10 };
  const { prices } = tryPolicy([part, part], terms, { kind: 'reactive' });
  // Seen at 30 s: one bad second among 14 good ones; at 45 s all 15 are bad, and large comes at 48 s.
  expect(prices).toEqual([48 + 12 * 3 + 10 * 18, 48 + 12 * 3 + 10 * 18]);
});
