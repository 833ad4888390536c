import type { Policy } from '@slicecast/contracts';
import type { Job } from '../options.ts';
import { periodBefore } from '../recording/first-cycles.ts';
import { type Models, trainModels } from '../run/train-models.ts';
import { loadThresholdCandidates, predictiveCandidates, reactiveCandidates } from './candidates.ts';
import { cheapestTrial, worthwhile } from './choose.ts';
import { cyclesBefore, heldOut } from './held-out.ts';
import { horizonsOf } from './horizons.ts';
import { loadUnder, observedPart } from './observed.ts';
import { type Trial, tryPolicy } from './trial.ts';

type Tell = (what: string) => void;

/**
 * The baselines, the autoscaler as it comes and both fitted to what lies before the judged part: the same
 * price of a violation-second, the same time of a change and as many candidates as our own policy has.
 */
export function baselines(job: Job, models: Models, tell: Tell): Record<string, Policy> {
  const { recording, slice, span } = job;
  const parts = [observedPart(recording, slice, models, { from: 0, to: span.from })];
  const best = (candidates: readonly Policy[], what: string) => {
    tell(`fitting ${what} to what lies before the judged part`);
    return cheapestTrial(candidates.map((policy) => tryPolicy(parts, job, policy)))?.policy;
  };
  const loads = loadUnder(recording, slice, models, slice.flavorInForce).subarray(0, span.from);
  const reactive = best(reactiveCandidates(slice), 'the autoscaler');
  const threshold = best(loadThresholdCandidates(slice, loads), 'the threshold on the load');
  return {
    reactive: { kind: 'reactive' },
    ...(reactive === undefined ? {} : { 'reactive, tuned': reactive }),
    ...(threshold === undefined ? {} : { 'load-threshold, tuned': threshold }),
  };
}

/** What the tuning of our own policy found. */
export interface Tuned {
  readonly standing: Trial;
  readonly best: Trial;
  /** The best, or the standing one where the difference may be luck. */
  readonly chosen: Trial;
}

/**
 * Fits `predictive`, and the horizon it goes by, to what lies before the judged part, each cycle forecast by models of the
 * others.
 */
export function tunePredictive(job: Job, tell: Tell): Tuned {
  const { recording, slice, span } = job;
  const { up, down, acceptableViolationProbability, ...guards } =
    slice.policy.kind === 'predictive' ? slice.policy : { kind: 'predictive' as const };
  const cycles = cyclesBefore(span.from, periodBefore(recording, span.from));
  const own = withRule(
    { ...guards, kind: 'predictive' },
    { up, down, acceptableViolationProbability },
  );
  const horizons = horizonsOf(job);
  const trials: Trial[] = [];
  let standing: Trial | undefined;
  for (const horizonSeconds of horizons) {
    tell(`forecasting ${horizonSeconds} s ahead`);
    const terms = { ...job, slice: { ...slice, horizonSeconds } };
    const all = trainModels(recording, terms.slice, span.from);
    const parts = heldOut(recording, terms.slice, { parts: cycles, all }, tell);
    standing ??= tryPolicy(parts, terms, own);
    const candidates = predictiveCandidates(guards, horizons.length);
    tell(`trying ${candidates.length} policies`);
    trials.push(...candidates.map((policy) => tryPolicy(parts, terms, policy)));
  }
  if (standing === undefined) throw new RangeError('no horizon to try');
  const best = cheapestTrial(trials) ?? standing;
  return { standing, best, chosen: worthwhile(standing, trials) };
}

/** Parameters that are not set stay absent: a default may be bettered later. */
function withRule(policy: Policy, rule: Readonly<Record<string, unknown>>): Policy {
  const set = Object.entries(rule).filter(([, value]) => value !== undefined);
  return { ...policy, ...Object.fromEntries(set) };
}
