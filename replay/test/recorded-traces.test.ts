import { parseArgs } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { comparePolicies } from '../src/judge/compare.ts';
import { jobOf, replayArguments } from '../src/options.ts';
import { type ReplayReport, reportOn } from '../src/report/report.ts';
import { trainModels } from '../src/run/train-models.ts';

/** The recorded traces as `npm run replay` judges them, without the baselines that are fitted. */
let report: ReplayReport;

beforeAll(async () => {
  const { values } = parseArgs({ args: [], options: replayArguments });
  const job = await jobOf(values);
  const models = trainModels(job.recording, job.slice, job.span.from);
  const policies = { reactive: { kind: 'reactive' as const }, predictive: job.slice.policy };
  report = reportOn(job, comparePolicies({ ...job, models, policies }), policies);
}, 240_000);

const outcome = (name: string) => {
  const found = report.policies[name];
  if (found === undefined) throw new Error(`no policy ${name}`);
  return found;
};

test('three cycles are learned from and six are judged', () => {
  expect(report.learnedSeconds).toBe(3 * 1175);
  expect(report.seconds / 1175).toBeCloseTo(6, 1);
});

/** What the traces say whatever the models: violation-seconds beyond large only, cost, changes. */
const known: [string, number, number, number][] = [
  ['only 10Mbit', 3394, 7009, 0],
  ['only 30Mbit', 0, 21_027, 0],
  ['oracle', 105, 14_699, 12],
  ['hindsight', 21, 15_185, 12],
  ['reactive', 196, 18_739, 12],
];

test.each(known)('%s does as is known of it', (name, beyond, cost, changes) => {
  const { violationSecondsBeyond } = outcome(name);
  expect([violationSecondsBeyond, outcome(name).cost, outcome(name).changes]).toEqual([
    beyond,
    cost,
    changes,
  ]);
});

test('the predictive policy leaves before it hurts, for little more than the oracle pays', () => {
  const predictive = outcome('predictive');
  const { violationSecondsBeyond } = outcome('reactive');
  expect(predictive.violationSecondsBeyond).toBeLessThanOrEqual(35);
  expect(predictive.violationSecondsBeyond).toBeLessThanOrEqual(0.2 * violationSecondsBeyond);
  expect(predictive.cost).toBeLessThanOrEqual(1.05 * outcome('oracle').cost);
  expect(predictive.cost).toBeLessThanOrEqual(0.735 * outcome('only 30Mbit').cost);
  expect(predictive.excess).toBeLessThanOrEqual(0.1 * outcome('reactive').excess);
  expect(predictive.changes / 6).toBeLessThanOrEqual(2.1);
  expect(predictive.leadTimeSeconds?.median).toBeGreaterThan(0);
  expect(predictive.observedShare).toBe(1);
});
