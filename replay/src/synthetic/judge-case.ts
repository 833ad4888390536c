import { comparePolicies } from '../judge/compare.ts';
import type { Job } from '../options.ts';
import { type ReplayReport, reportOn } from '../report/report.ts';
import { trainModels } from '../run/train-models.ts';
import { baselines, tunePredictive } from '../tune/tune-policies.ts';
import type { SyntheticCase } from './case.ts';
import { recordCase, syntheticSlice } from './record-case.ts';

/** An hour is learned from, and the hour after it is judged. */
const learnedSeconds = 3600;
const judgedSeconds = 3600;

export function jobOfCase(
  each: SyntheticCase,
  seed: number,
  terms: Pick<Job, 'changeSeconds' | 'violationPrice'>,
): Job {
  const to = learnedSeconds + judgedSeconds;
  return {
    recording: recordCase(each, seed, to),
    slice: syntheticSlice(),
    span: { from: learnedSeconds, to },
    ...terms,
  };
}

/** The policies side by side, each fitted to the learned part alone and at as many points as its rivals. */
export function judgeCase(job: Job, tell: (what: string) => void): ReplayReport {
  const { recording, slice, span } = job;
  tell('training on what lies before the judged part');
  const models = trainModels(recording, slice, span.from);
  const fitted = baselines(job, models, tell);
  const { policy, horizonSeconds } = tunePredictive(job, tell).chosen;
  const other = { ...slice, horizonSeconds };
  const own =
    horizonSeconds === slice.horizonSeconds ? models : trainModels(recording, other, span.from);
  const tuned = `predictive, tuned, ${horizonSeconds} s ahead`;
  const policies = { ...fitted, predictive: slice.policy, [tuned]: policy };
  const otherHorizons = { [tuned]: { slice: other, models: own } };
  const outcomes = comparePolicies({ ...job, models, policies, otherHorizons, tell });
  return reportOn(job, outcomes, policies);
}
