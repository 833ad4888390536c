import type { Profile } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { recordedProfile } from '../../../../../bench/recorded-profile.ts';
import { rowOfProfile } from '../../../src/domain/backtest/forecast-profile.ts';
import { createSliceForecaster } from '../../../src/domain/slice-forecaster.ts';
import { train } from '../../../src/domain/train.ts';
import { part, syntheticSlice } from '../../fakes/synthetic-load.ts';

const slice = syntheticSlice();
const hooks = { progress: () => undefined, cancelled: () => false };
const trainedShare = 0.7;
const patienceMs = 240_000;

/** In both modes, over the rows that the model never saw. */
function foundIn(profile: Profile): readonly (number | null)[] {
  const from = Math.floor(trainedShare * profile.at.length);
  const input = { horizonSeconds: 30, sla: slice.sla, seed: 1 };
  const model = train({ ...input, profile: part(profile, 0, from) }, hooks);
  const found: (number | null)[] = [];
  const forecaster = createSliceForecaster({
    models: new Map([[1, { modelId: 'm', model }]]),
    watch: {
      scored: () => undefined,
      turned: ({ since }) => found.push(since),
      elapsedMs: () => 0,
      challenged: () => undefined,
    },
  });
  expect(model.liveKpi.rivals?.norm).not.toBeNull();
  for (let row = from - 600; row < profile.at.length; row += 1) {
    const input = rowOfProfile(profile, row, { flavorInForce: 1, kpi: true });
    if (row < from) forecaster.warm(input);
    else forecaster.step(input, slice);
  }
  return found;
}

test.each([1, 2] as const)(
  'no drift is found where flavor %s goes on as it was recorded, for fifty minutes',
  (flavorId) => {
    expect(foundIn(recordedProfile(flavorId))).toEqual([]);
  },
  patienceMs,
);
