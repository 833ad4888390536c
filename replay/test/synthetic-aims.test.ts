import type { Policy } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { comparePolicies } from '../src/judge/compare.ts';
import { reportOn } from '../src/report/report.ts';
import { trainModels } from '../src/run/train-models.ts';
import { syntheticCases } from '../src/synthetic/cases.ts';
import { jobOfCase } from '../src/synthetic/judge-case.ts';

/** The seed that `npm run replay -- --synthetic` judges. */
const seed = 11;

/** As tuning chose them on the first hour of each case: both rivals, our own, and the horizon that it goes by. */
interface Chosen {
  readonly reactive: Omit<Extract<Policy, { kind: 'reactive' }>, 'kind'>;
  readonly threshold: Omit<Extract<Policy, { kind: 'load-threshold' }>, 'kind'>;
  readonly own: Omit<Extract<Policy, { kind: 'predictive' }>, 'kind'>;
  readonly horizonSeconds: number;
}

/** Up when one tick has so high a P(violation), down when n in a row have less. */
function rule(probability: number, n: number, cooldownDownSeconds: number): Chosen['own'] {
  return {
    up: { probability, m: 1, n: 1 },
    down: { probability, m: n, n },
    acceptableViolationProbability: probability,
    cooldownDownSeconds,
    maxChangesPerHour: 60,
  };
}

/** Chosen in two of the cases. */
const slowAutoscaler: Chosen['reactive'] = {
  target: 120,
  replicas: { '1': 1, '2': 2 },
  windowSeconds: 15,
  syncSeconds: 15,
  downStabilisationSeconds: 60,
};

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
    own: rule(0.55, 5, 15),
    horizonSeconds: 12,
  },
  'drifting effect': {
    reactive: slowAutoscaler,
    threshold: {
      capacities: { '1': 0.11975757173781965 },
      margin: 0,
      windowSeconds: 5,
      downSeconds: 15,
    },
    own: rule(0.55, 20, 60),
    horizonSeconds: 5,
  },
  'mixed loads': {
    reactive: slowAutoscaler,
    threshold: {
      capacities: { '1': -0.10569346622653225 },
      margin: 0.15,
      windowSeconds: 5,
      downSeconds: 15,
    },
    own: rule(0.3, 5, 15),
    horizonSeconds: 5,
  },
};

const named = syntheticCases.map((each) => {
  const tuned = chosen[each.name];
  if (tuned === undefined) throw new Error(`no policies for ${each.name}`);
  return { name: each.name, each, tuned };
});

test.each(named)(
  '$name: predictive, as tuned, beats the tuned autoscaler and the tuned threshold',
  ({ each, tuned }) => {
    const terms = { changeSeconds: 3, violationPrice: 10 };
    const fresh = jobOfCase(each, seed, terms);
    const { horizonSeconds } = tuned;
    const job = { ...fresh, slice: { ...fresh.slice, horizonSeconds } };
    const models = trainModels(job.recording, job.slice, job.span.from);
    const policies: Record<string, Policy> = {
      reactive: { kind: 'reactive', ...tuned.reactive },
      threshold: { kind: 'load-threshold', ...tuned.threshold },
      predictive: { kind: 'predictive', ...tuned.own },
    };
    const report = reportOn(job, comparePolicies({ ...job, models, policies }), policies);
    const excess = (name: string) => report.policies[name]?.excess ?? Number.NaN;
    for (const rival of ['reactive', 'threshold']) {
      expect(excess('predictive')).toBeLessThan(excess(rival));
    }
  },
  240_000,
);
