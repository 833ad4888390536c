import type { Job } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import type { DriftTraining } from '../../src/ports.ts';
import { describeRetraining, type RetrainingFacts } from '../../src/routes/describe-retraining.ts';

const since = Date.UTC(2026, 0, 1);
const model = { stepMs: 1000, horizonSeconds: 30, periodMs: null };
const again = since + 3_600_000;

function training(more: Partial<Job>, won = false, incumbent = 'old'): DriftTraining {
  const job: Job = {
    id: 'j',
    kind: 'training',
    tenantId: 'default',
    sliceId: 1,
    flavorId: 1,
    origin: 'drift',
    status: 'succeeded',
    step: 'done',
    progressPercent: 100,
    detail: 'not promoted, as it is no better',
    createdAt: 1,
    updatedAt: 1,
    result: null,
    ...more,
  };
  return { job, incumbent, modelId: 'new', won };
}

const running = training({ status: 'running', step: 'rolling origins', progressPercent: 41.7 });
const failed = training({ status: 'failed', detail: 'the KPI is constant' });

test.each<[string, number, Partial<RetrainingFacts>, RegExp]>([
  ['switched off', 0, { mostRows: 0 }, /RETRAIN_ROWS is 0: profile the flavor anew$/],
  ['still short of rows', 300, {}, /when the record holds rows enough since then, in about 600 s$/],
  ['short of rows that are missing', 900, { lookAgainAt: () => since + 960_000 }, /about 60 s$/],
  ['due', 900, {}, /about to be trained anew/],
  ['at work', 901, { newest: running }, /job j is at rolling origins, 42 %$/],
  [
    'lost',
    950,
    { newest: training({}), lookAgainAt: () => again },
    /in vain \(not promoted, as it is no better\); the next time at 2026-01-01T01:00:00.000Z/,
  ],
  ['failed', 950, { newest: failed, lookAgainAt: () => again }, /in vain \(the KPI is constant\)/],
  ['lost long ago', 300, { newest: training({}) }, /in about 600 s$/],
  ['won', 950, { newest: training({}, true) }, /^new was trained anew.* about to go in charge$/],
  ['of a model that was replaced', 300, { newest: training({}, true, 'older') }, /in about 600 s$/],
])('a training because of drift that is %s is told as that', (_title, seconds, facts, words) => {
  const known = { newest: undefined, mostRows: 12_000, lookAgainAt: () => undefined, ...facts };
  const now = since + seconds * 1000;
  expect(describeRetraining(known, { modelId: 'old', model, since, now })).toMatch(words);
});
