import { stepsOf } from '../basis.ts';
import type { Contender } from '../choose-champion.ts';
import { modelNamed } from '../models/index.ts';
import type { Fitted, TrainingPart } from '../models/model.ts';
import { persistence } from '../models/persistence.ts';
import type { RollingOrigin } from '../rolling-origin.ts';
import { fitIntervals, type TrainedIntervals } from '../trained-intervals.ts';
import { type DriftNorm, fitDriftNorm } from './drift-norm.ts';

/** A model that is kept beside the champion and scored live, to stand in for it; plain JSON. */
export interface Challenger {
  readonly name: string;
  /** To be beaten live; never in charge. */
  readonly baseline: boolean;
  /** null: the champion's member of the same name is used. */
  readonly fitted: Fitted | null;
  /** For its intervals when it stands in; null of a baseline. */
  readonly intervals: TrainedIntervals | null;
}

/** What a champion is held against while it is at work; plain JSON. */
export interface Rivals {
  /** The next best first, then the baselines. */
  readonly challengers: readonly Challenger[];
  /** They forecast on ticks that are divisible by it. */
  readonly everyTicks: number;
  /** null: the profile was too short to tell what is usual, and drift is not looked for. */
  readonly norm: DriftNorm | null;
}

/** Beside the baselines; the next best at the rolling origins. */
const mostChallengers = 4;

/**
 * The next best single models at the rolling origins, and every baseline. `contenders`: best first, the
 * champion among them. A model that cannot be fitted on the whole profile stays away. `reference`: persistence on the same
 * targets, to find drift by.
 */
export function rivalsOf(
  contenders: readonly Contender[],
  champion: Contender,
  part: TrainingPart,
  rolled: RollingOrigin,
  reference = rolled.models.find(({ name }) => name === persistence.name),
): Rivals {
  const single = contenders.filter((one) => one !== champion && one.members.length === 1);
  const next = single.filter(({ baseline }) => !baseline).slice(0, mostChallengers);
  const baselines = single.filter(({ baseline }) => baseline);
  const challengers = [...next, ...baselines].flatMap((contender) =>
    challengerOf(contender, champion, part, rolled),
  );
  return {
    challengers,
    everyTicks: everyTicksOf(challengers, champion),
    norm:
      reference === undefined
        ? null
        : fitDriftNorm(champion, reference, rolled, part.basis.horizonSteps),
  };
}

function challengerOf(
  contender: Contender,
  champion: Contender,
  part: TrainingPart,
  rolled: RollingOrigin,
): Challenger[] {
  const { name, baseline, mode } = contender;
  const shared = champion.members.some((member) => member.name === name);
  const fitted = shared ? null : modelNamed(name).fit(part, mode);
  if (!shared && fitted === null) return [];
  const intervals = baseline ? null : fitIntervals(contender, rolled, part.basis.horizonSteps);
  return [{ name, baseline, fitted, intervals }];
}

/** Challengers may take this share of what their champion takes. */
const workShare = 0.1;
const leastEveryTicks = 5;

/** From the models' own figures of their work, so that it is the same on every machine. */
function everyTicksOf(challengers: readonly Challenger[], champion: Contender): number {
  const work = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + modelNamed(name).work, 0);
  const own = work(champion.members.map(({ name }) => name));
  const extra = work(challengers.flatMap(({ name, fitted }) => (fitted === null ? [] : [name])));
  return Math.max(leastEveryTicks, Math.ceil(extra / (workShare * (tickWork + own))));
}

/** Work of a tick beside its models: windows, design row, intervals. */
const tickWork = 8;

/** How far back the challengers look, in steps. */
export function rivalsLookBack(
  { challengers }: Rivals,
  basis: Pick<TrainingPart['basis'], 'stepMs'>,
): number {
  const steps = challengers.map(({ name }) => stepsOf(basis, modelNamed(name).lookBackSeconds));
  return Math.max(0, ...steps);
}
