import type { Policy } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { comparePolicies } from '../src/judge/compare.ts';
import { reportOn } from '../src/report/report.ts';
import { trainModels } from '../src/run/train-models.ts';
import { syntheticCases } from '../src/synthetic/cases.ts';
import { jobOfCase } from '../src/synthetic/judge-case.ts';

/** The seed that `npm run replay -- --synthetic` judges. */
const seed = 11;
/** What the tuning chose on the first hour, for all three. */
const horizonSeconds = 5;

/** As tuning chose them on the first hour of each case: both rivals, and our own. */
interface Chosen {
  readonly reactive: Omit<Extract<Policy, { kind: 'reactive' }>, 'kind'>;
  readonly threshold: Omit<Extract<Policy, { kind: 'load-threshold' }>, 'kind'>;
  readonly own: { probability: number; n: number; cooldownDownSeconds: number };
}

const chosen: Record<string, Chosen> = {
  'flash crowds': {
    reactive: {
      target: 144,
      replicas: { '1': 1, '2': 2 },
      windowSeconds: 5,
      syncSeconds: 5,
      downStabilisationSeconds: 60,
    },
    threshold: {
      capacities: { '1': 0.6643958961742186 },
      margin: 0,
      windowSeconds: 5,
      downSeconds: 15,
    },
    own: { probability: 0.4, n: 5, cooldownDownSeconds: 15 },
  },
  'drifting effect': {
    reactive: {
      target: 120,
      replicas: { '1': 1, '2': 2 },
      windowSeconds: 15,
      syncSeconds: 15,
      downStabilisationSeconds: 60,
    },
    threshold: {
      capacities: { '1': 0.11975757173781965 },
      margin: 0,
      windowSeconds: 5,
      downSeconds: 15,
    },
    own: { probability: 0.55, n: 20, cooldownDownSeconds: 60 },
  },
  'mixed loads': {
    reactive: {
      target: 120,
      replicas: { '1': 1, '2': 2 },
      windowSeconds: 15,
      syncSeconds: 15,
      downStabilisationSeconds: 60,
    },
    threshold: {
      capacities: { '1': -0.10569346622653225 },
      margin: 0.15,
      windowSeconds: 5,
      downSeconds: 15,
    },
    own: { probability: 0.4, n: 5, cooldownDownSeconds: 60 },
  },
};

test.each(syntheticCases)(
  '$name: predictive beats the tuned threshold and the tuned autoscaler',
  (each) => {
    const tuned = chosen[each.name];
    if (tuned === undefined) throw new Error(`no policies for ${each.name}`);
    const terms = { changeSeconds: 3, violationPrice: 10 };
    const fresh = jobOfCase(each, seed, terms);
    const job = { ...fresh, slice: { ...fresh.slice, horizonSeconds } };
    const models = trainModels(job.recording, job.slice, job.span.from);
    const { probability, n, cooldownDownSeconds } = tuned.own;
    const policies: Record<string, Policy> = {
      reactive: { kind: 'reactive', ...tuned.reactive },
      threshold: { kind: 'load-threshold', ...tuned.threshold },
      predictive: {
        kind: 'predictive',
        up: { probability, m: 1, n: 1 },
        down: { probability, m: n, n },
        acceptableViolationProbability: probability,
        cooldownDownSeconds,
        maxChangesPerHour: 60,
      },
    };
    const report = reportOn(job, comparePolicies({ ...job, models, policies }), policies);
    const excess = (name: string) => report.policies[name]?.excess ?? Number.NaN;
    expect(excess('predictive')).toBeLessThan(excess('reactive'));
    expect(excess('predictive')).toBeLessThan(excess('threshold'));
  },
  240_000,
);
