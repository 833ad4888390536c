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
  const policies = {
    ...baselines(job, models, tell),
    predictive: slice.policy,
    'predictive, tuned': tunePredictive(job, tell).chosen.policy,
  };
  return reportOn(job, comparePolicies({ ...job, models, policies, tell }), policies);
}
