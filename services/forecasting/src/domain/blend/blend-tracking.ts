import type { Estimate } from '../models/model.ts';

/**
 * How a blend lately did, JSON. `losses`: of each member and then of the blend as it was trained, discounted sums of
 * absolute errors in the tracking's unit. `bias`: how far actuals lay above what was pooled, on the KPI's scale.
 */
export interface TrackingState {
  readonly losses: readonly number[];
  readonly bias: number;
}

/** Where the tracking of a blend begins; plain JSON. */
export interface Tracking {
  /** The trained blend's mean absolute error out of fold, on the KPI's scale. */
  readonly unit: number;
  /** Of all that is pooled, before anything is learned: a weight for each member and then the trained blend's; sum 1. */
  readonly before: readonly number[];
  readonly state: TrackingState;
}

/** What was said of one target, on the KPI's scale; JSON. */
export interface Voices {
  /** The medians of the members, then that of the blend as it was trained. */
  readonly middles: readonly number[];
  readonly pooled: number;
}

/** What the members have of the weights before anything is learned; the trained blend has the rest. */
const membersShare = 0.5;
/** A member that was off by a twentieth of a unit more than the best of them has 1 / e of its weight. */
const doubt = 20;
/** Of the exponential weights, a unit of loss. */
const learningRate = 0.1;
/** Of a loss with every later target: some 100 count. */
const discount = 0.99;
/** A step of the bias a target, in units: it settles within some ten horizons, and within a hundred targets at least. */
const biasRate = { horizons: 0.1, most: 0.01 };
/** Of the bias, as much is taken off. */
const biasShare = 0.3;

/** Where it begins, by the mean absolute errors out of fold of the members and of the trained blend, which is the unit. */
export function startTracking(errors: readonly number[], unit: number): Tracking {
  const least = Math.min(...errors);
  const trusts = errors.map((error) => Math.exp((doubt * (least - error)) / unit));
  const all = trusts.reduce((sum, trust) => sum + trust, 0);
  const before = [...trusts.map((trust) => (membersShare * trust) / all), 1 - membersShare];
  return { unit, before, state: { losses: before.map(() => 0), bias: 0 } };
}

/**
 * Members and blend pooled by exponential weights of their lately absolute errors (prediction with expert advice,
 * Cesa-Bianchi and Lugosi, 2006, chapter 2). Who says nothing is left out; NaN where the blend says nothing.
 */
export function poolVoices(
  { before, state: { losses } }: Pick<Tracking, 'before' | 'state'>,
  members: readonly Estimate[],
  blend: Estimate,
): Voices {
  const middles = [...members.map(({ middle }) => middle), blend.middle];
  if (!Number.isFinite(blend.middle)) return { middles, pooled: Number.NaN };
  const least = Math.min(...losses.filter((_, k) => Number.isFinite(middles[k])));
  let sum = 0;
  let weights = 0;
  middles.forEach((middle, k) => {
    if (!Number.isFinite(middle)) return;
    const weight = (before[k] ?? 0) * Math.exp(learningRate * (least - (losses[k] ?? 0)));
    sum += weight * middle;
    weights += weight;
  });
  return { middles, pooled: sum / weights };
}

/** Whether anything can be learned from them. */
export function areComplete(middles: Voices['middles']): boolean {
  return middles.every(Number.isFinite);
}

/** What is forecast: the pooled median and a share of the bias. */
export function trackedMedian({ bias }: TrackingState, { pooled }: Voices): number {
  return pooled + biasShare * bias;
}

/**
 * After what came of a target. The bias goes a step towards the actual, whatever the distance: the running median of the
 * errors, which no burst moves. Where one of the voices is missing nothing can be compared, and nothing is learned.
 */
export function learnFromVoices(
  { unit, state }: Pick<Tracking, 'unit' | 'state'>,
  { middles, pooled }: Voices,
  actual: number,
  horizonSteps: number,
): TrackingState {
  if (!Number.isFinite(actual) || !areComplete(middles)) return state;
  const { losses, bias } = state;
  const step = unit * Math.min(biasRate.most, biasRate.horizons / horizonSteps);
  return {
    losses: losses.map(
      (loss, k) => discount * loss + Math.abs((middles[k] ?? actual) - actual) / unit,
    ),
    bias: bias + step * Math.sign(actual - pooled - bias),
  };
}
