import type { Profile } from '@slicecast/contracts';
import type { TrainedModel } from '../../services/forecasting/src/domain/trained-model.ts';
import { boundOf, type Measured, measure, type Training, type Truth, trainOn } from './measure.ts';
import { persistencePinball, type SimpleRow, simpleRows } from './simple-rows.ts';

/** Everything that is measured of one flavor. */
export interface FlavorFigures {
  readonly flavorId: number;
  readonly training: Training;
  readonly split: { readonly live: Measured; readonly xAlone: Measured; readonly other: Measured };
  readonly rolling: { readonly live: readonly Measured[]; readonly xAlone: readonly Measured[] };
  readonly horizons: readonly HorizonFigures[];
  readonly persistencePinball: number;
}

export interface HorizonFigures {
  readonly horizonSeconds: number;
  readonly nmae: number;
  readonly best: SimpleRow;
}

const splitShare = 0.7;
const cycleRows = 1175;
const rollingCycles = [3, 4, 5, 6, 7];
const otherHorizons = [1, 5, 10, 60, 120];
const horizon = 30;

/** Flavor 1 lives about the SLA's bound; flavor 2 hardly ever comes near it. */
const boundKind = (flavorId: number) => (flavorId === 1 ? 'sla' : 'q90');

export const cutOf = (profile: Profile) => Math.floor(splitShare * profile.at.length);

export function figuresOf(
  flavorId: number,
  profile: Profile,
  seen: { readonly profile: Profile; readonly truthShift: number },
  say: (step: string) => void,
): FlavorFigures {
  const cut = cutOf(profile);
  const all = { from: cut, to: profile.at.length };
  say('time split');
  const training = trainOn(profile, cut);
  const truth: Truth = { profile, shift: seen.truthShift };
  const bound = boundOf(profile, cut, boundKind(flavorId));
  const split = {
    live: measure(training.model, profile, { ...all, liveKpi: true }, bound),
    xAlone: measure(training.model, profile, { ...all, liveKpi: false }, bound),
    other: measure(
      training.model,
      seen.profile,
      { ...all, to: seen.profile.at.length, liveKpi: false, otherFlavor: true },
      bound,
      truth,
    ),
  };
  const rolled = rollingCycles.map((cycle) => {
    say(`rolling origin after ${cycle} cycles`);
    return rollingFold(flavorId, profile, cycle);
  });
  return {
    flavorId,
    training,
    split,
    rolling: {
      live: rolled.map((fold) => fold.live),
      xAlone: rolled.map((fold) => fold.xAlone),
    },
    horizons: otherHorizons.map((horizonSeconds) => {
      say(`horizon ${horizonSeconds} s`);
      return atHorizon(profile, cut, horizonSeconds);
    }),
    persistencePinball: persistencePinball(profile, horizon, cut),
  };
}

/** Trained on so many cycles, judged on the next. */
function rollingFold(flavorId: number, profile: Profile, cycle: number) {
  const from = cycle * cycleRows;
  const { model } = trainOn(profile, from);
  const bound = boundOf(profile, from, boundKind(flavorId));
  const judge = (liveKpi: boolean) =>
    measure(model, profile, { from, to: from + cycleRows - horizon, liveKpi }, bound);
  return { live: judge(true), xAlone: judge(false) };
}

function atHorizon(profile: Profile, cut: number, horizonSeconds: number): HorizonFigures {
  const { model } = trainOn(profile, cut, horizonSeconds);
  const { nmae } = liveSplit(model, profile, cut);
  const [first, ...rest] = simpleRows(profile, horizonSeconds, cut);
  if (first === undefined) throw new RangeError('there are no simple rows to compare with');
  const best = rest.reduce((least, row) => (row.nmae < least.nmae ? row : least), first);
  return { horizonSeconds, nmae, best };
}

function liveSplit(model: TrainedModel, profile: Profile, cut: number): Measured {
  const all = { from: cut, to: profile.at.length, liveKpi: true };
  return measure(model, profile, all, boundOf(profile, cut, 'sla'));
}
