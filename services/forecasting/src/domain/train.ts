import type { Profile, Sla } from '@slicecast/contracts';
import { stepsOf } from './basis.ts';
import { checkProfile } from './check-profile.ts';
import { type Contender, contendersOf } from './choose-champion.ts';
import { type Comparison, compareModels } from './compare-models.ts';
import { rivalsLookBack, rivalsOf } from './contest/challenger.ts';
import { phaseLookBackSteps } from './cycle-phase.ts';
import { fitEffect } from './effect/fit-effect.ts';
import { trainByEffect } from './effect/train-by-effect.ts';
import { measureSpared } from './fewest-features.ts';
import { chooseLook } from './load/choose-look.ts';
import { modelNamed } from './models/index.ts';
import type { Mode, TrainingPart } from './models/model.ts';
import { persistence } from './models/persistence.ts';
import { gridOf, type ProfileGrid } from './profile-series.ts';
import { everything, type RollingOrigin, rollOrigin, type Watch } from './rolling-origin.ts';
import { scoreChampion } from './score-champion.ts';
import { fitIntervals } from './trained-intervals.ts';
import { type Champion, type TrainedModel, trainedModelFormat } from './trained-model.ts';
import type { Look, TrainedView } from './trained-view.ts';
import { TrainingRefused } from './training-refused.ts';

export interface TrainingInput {
  readonly profile: Profile;
  readonly horizonSeconds: number;
  readonly sla: Sla;
  readonly seed: number;
}

export interface TrainingHooks {
  progress(percent: number, step: string): void;
  /** Asked often; true ends the training with TrainingRefused `cancelled`. */
  cancelled(): boolean;
  /** For the training times in the scoreboards alone; without it they are 0. */
  elapsedMs?(): number;
}

/** Bridges and the newest-value reach of inputs, on top of a model's own look-back. */
const spareSeconds = 10;
/** Share of the work that the rolling origins are. */
const rollingPercent = 85;
const effectPercent = 90;

/**
 * Trains both champions of one flavor and horizon: every model at rolling origins inside the profile,
 * the best of each mode fitted once more on all of it, with its residuals and its scoreboard. Pure,
 * and the same for the same input. Throws TrainingRefused when no honest model can be made.
 */
export function train(input: TrainingInput, hooks: TrainingHooks): TrainedModel {
  return trainAndCompare(input, hooks).trained;
}

/** The same, and how both champions do against the model in charge, where there is one. */
export function trainAndCompare(
  input: TrainingInput & { readonly incumbent?: TrainedModel | undefined },
  hooks: TrainingHooks,
): { readonly trained: TrainedModel; readonly comparisons: readonly Comparison[] } {
  const { profile, horizonSeconds, sla, seed, incumbent } = input;
  checkProfile(profile, horizonSeconds);
  const { stepMs } = profile;
  const clock = { stepMs, horizonSteps: Math.round((horizonSeconds * 1000) / stepMs) };
  const elapsedMs = () => hooks.elapsedMs?.() ?? 0;
  const proceed = (percent: number, step: string) => {
    if (hooks.cancelled()) throw new TrainingRefused('cancelled', 'the training was cancelled');
    hooks.progress(percent, step);
  };
  const grid = gridOf(profile);
  const weighing = { before: () => proceed(0, 'weighing the loads'), elapsedMs };
  const { look, view } = chooseLook(grid, { ...clock, seed }, weighing);
  if (view.signal.columns.length === 0) {
    throw new TrainingRefused('no-usable-feature', 'no feature varies in the profile');
  }
  const rolling = {
    before: (done: number, of: number) => proceed((rollingPercent * done) / of, 'rolling origins'),
    elapsedMs,
  };
  const period = view.basis.cycle?.period ?? null;
  const rolled = rollOrigin(grid, clock, period, rolling, everything(look));
  proceed(rollingPercent, 'fitting the champions');
  const parts = { grid, look, view, rolled, scoring: { ...clock, seed, sla } };
  const { champion: liveKpi, contender: live } = championOf(parts, 'live-kpi');
  const { champion: xAlone, contender: alone } = championOf(parts, 'x-alone');
  const watch = {
    before: () => proceed(effectPercent, 'following what the load costs'),
    elapsedMs,
  };
  const effect = effectOf(parts, alone, watch);
  proceed(95, 'measuring which features it can do without');
  const { cycle } = view.basis;
  const phaseSteps = cycle === null ? 0 : phaseLookBackSteps(cycle.period);
  const lookBackSteps = Math.max(
    phaseSteps,
    ...[liveKpi, xAlone, effect?.champion].flatMap((champion) =>
      champion === undefined ? [] : [lookBackOf(champion, view.basis)],
    ),
  );
  const trained: TrainedModel = {
    formatVersion: trainedModelFormat,
    features: profile.features,
    stepMs,
    horizonSeconds,
    rows: profile.at.length,
    seed,
    periodMs: cycle === null ? null : cycle.period * stepMs,
    windowMs: lookBackSteps * stepMs + spareSeconds * 1000 + stepMs,
    scale: view.scale,
    signal: view.signal,
    basis: view.basis,
    ...measureSpared(grid, view, xAlone),
    liveKpi,
    xAlone,
    ...(effect === undefined ? {} : { effect }),
  };
  if (incumbent === undefined) return { trained, comparisons: [] };
  proceed(97, 'comparing with the model in charge');
  const comparisons = [live, alone].map((contender) =>
    compareModels(incumbent, profile, rolled, contender, input),
  );
  return { trained, comparisons };
}

/** Its own and its rivals', so that a restart finds the past of all of them. */
function lookBackOf({ lookBackSteps, rivals }: Champion, basis: TrainedView['basis']): number {
  return Math.max(lookBackSteps, rivals === undefined ? 0 : rivalsLookBack(rivals, basis));
}

interface TrainingParts {
  readonly grid: ProfileGrid;
  readonly look: Look;
  readonly view: TrainedView;
  readonly rolled: RollingOrigin;
  readonly scoring: { stepMs: number; horizonSteps: number; seed: number; sla: Sla };
}

function championOf(
  { grid, view, rolled, scoring }: TrainingParts,
  mode: Mode,
): { readonly champion: Champion; readonly contender: Contender } {
  const contenders = contendersOf(rolled, mode);
  for (const contender of contenders) {
    const part = { ...view, end: grid.length };
    const members = fitMembers(contender, part, mode);
    if (members === undefined) continue;
    const rest = contenders.filter((one) => one !== contender);
    const champion: Champion = {
      members,
      ...(contender.tracking === undefined ? {} : { tracking: contender.tracking }),
      ...fitIntervals(contender, rolled, scoring.horizonSteps),
      lookBackSteps: Math.max(
        ...members.map(({ name }) => stepsOf(view.basis, modelNamed(name).lookBackSeconds)),
      ),
      scoreboard: scoreChampion(rolled, [contender, ...rest], scoring),
      rivals: rivalsOf(contenders, contender, part, rolled),
    };
    return { champion, contender };
  }
  throw new TrainingRefused('too-few-rows', 'no model could be fitted on the whole profile');
}

/** How far the load's effect can be followed under this flavor, and the champion that goes by it, where it pays. */
function effectOf(
  { grid, look, view, rolled, scoring }: TrainingParts,
  alone: Contender,
  watch: Watch,
): TrainedModel['effect'] {
  const { horizonSteps } = scoring;
  const fitted = fitEffect(view.series, grid.length, view.signal, horizonSteps);
  if (fitted === null) return undefined;
  const persisting = rolled.models.find(({ name }) => name === persistence.name);
  const parts = { grid, look, view, effect: fitted, alone, persistence: persisting };
  const champion = trainByEffect(parts, scoring, watch);
  const { gain: __, ...effect } = fitted;
  return champion === undefined ? effect : { ...effect, champion };
}

/** Undefined when a member finds on the whole profile what it lacked at an origin, or the other way round. */
function fitMembers(champion: Contender, part: TrainingPart, mode: Mode) {
  const members = champion.members.flatMap((member) => {
    const fitted = modelNamed(member.name).fit(part, mode);
    return fitted === null ? [] : [{ ...member, fitted }];
  });
  return members.length === champion.members.length ? members : undefined;
}
