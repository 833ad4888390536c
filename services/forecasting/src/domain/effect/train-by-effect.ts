import type { Sla } from '@slicecast/contracts';
import { stepsOf } from '../basis.ts';
import { type Contender, contendersOf } from '../choose-champion.ts';
import { rivalsOf } from '../contest/challenger.ts';
import { designLookBackSeconds } from '../design-row.ts';
import type { Instant } from '../instant.ts';
import { meanAbsoluteError } from '../mean-absolute-error.ts';
import { boostedTrees } from '../models/boosted-trees.ts';
import { logLad } from '../models/linear.ts';
import type { Model } from '../models/model.ts';
import { trainingMedian } from '../models/training-median.ts';
import type { ProfileGrid } from '../profile-series.ts';
import { type OutOfFold, rollOrigin, type Watch } from '../rolling-origin.ts';
import { scoreChampion } from '../score-champion.ts';
import { fitIntervals } from '../trained-intervals.ts';
import type { Champion } from '../trained-model.ts';
import type { Clocked, Look, TrainedView } from '../trained-view.ts';
import { type FittedEffect, fitEffect, followEffect } from './fit-effect.ts';
import { usualEffect } from './load-effect.ts';
import { underEffect } from './under-effect.ts';

/** Those that look at the design row alone: the baseline first. */
const models = [trainingMedian, logLad, boostedTrees] as readonly unknown[] as readonly Model[];

/** The response alone must gain so much from the effect before models are fitted, and they as much over the load alone. */
const leastGain = 0.05;

/**
 * The champion of the load under its effect; undefined where to follow the effect does not pay. `alone`: the champion of
 * the load alone, and `persistence`, with their forecasts out of fold.
 */
export function trainByEffect(
  {
    grid,
    look,
    view,
    effect,
    alone,
    persistence,
  }: {
    readonly grid: ProfileGrid;
    readonly look: Look;
    readonly view: TrainedView;
    readonly effect: FittedEffect;
    readonly alone: Contender;
    readonly persistence: OutOfFold | undefined;
  },
  scoring: Clocked & { readonly seed: number; readonly sla: Sla },
  watch: Watch,
): Champion | undefined {
  if (effect.gain < leastGain) return undefined;
  const period = view.basis.cycle?.period ?? null;
  const rolled = rollOrigin(grid, scoring, period, watch, {
    models,
    modes: ['x-alone'],
    look: (cells, end, clock) => seenByEffect(look(cells, end, clock), end),
  });
  const contenders = contendersOf(rolled, 'x-alone');
  const [best] = contenders;
  if (best === undefined || best.baseline) return undefined;
  const error = ({ estimates }: Contender) =>
    meanAbsoluteError(estimates.middle, rolled.scaledActuals);
  if (!(error(best) <= (1 - leastGain) * error(alone))) return undefined;
  const part = { ...seenByEffect(view, grid.length), end: grid.length };
  const members = best.members.flatMap((member) => {
    const fitted = models.find(({ name }) => name === member.name)?.fit(part, 'x-alone') ?? null;
    return fitted === null ? [] : [{ ...member, fitted }];
  });
  if (members.length < best.members.length) return undefined;
  return {
    members,
    ...fitIntervals(best, rolled, scoring.horizonSteps),
    lookBackSteps: stepsOf(view.basis, designLookBackSeconds),
    scoreboard: scoreChampion(rolled, contenders, scoring),
    rivals: rivalsOf(contenders, best, part, rolled, persistence),
  };
}

/** Every instant under the effect that was known at it; as it is where none can be followed before `end`. */
function seenByEffect(view: TrainedView, end: number): TrainedView {
  const effect = fitEffect(view.series, end, view.signal, view.basis.horizonSteps);
  if (effect === null || effect.wander === 0) return view;
  const states = followEffect(effect, view.series);
  const made = new Map<number, Instant>();
  return {
    ...view,
    instant(index) {
      const known = made.get(index);
      if (known !== undefined) return known;
      const instant = underEffect(effect, states[index] ?? usualEffect, view.instant(index));
      made.set(index, instant);
      return instant;
    },
  };
}
