import { expect, test } from 'vitest';
import { rolloutOf, type Workload } from '../../../src/adapters/actuators/workload.ts';

const workload = (spec: Partial<Workload['spec']>, status: Workload['status']): Workload => ({
  metadata: { uid: 'u', generation: 7 },
  spec: { replicas: 3, template: { spec: { containers: [] } }, ...spec },
  ...(status === undefined ? {} : { status }),
});
const seen = { observedGeneration: 7 };
const up = { availableReplicas: 3, readyReplicas: 3 };

test.each<[string, Workload['status'], string]>([
  ['its controller has not looked yet', undefined, 'its controller has not seen the change'],
  [
    'an older generation is done',
    { observedGeneration: 6, replicas: 3, updatedReplicas: 3, ...up },
    'its controller has not seen the change',
  ],
  [
    'pods are still made',
    { ...seen, replicas: 4, updatedReplicas: 2, ...up },
    'of 3 replicas 2 are updated and 3 up, 2 old ones left',
  ],
  [
    'old pods are left',
    { ...seen, replicas: 4, updatedReplicas: 3, ...up },
    'of 3 replicas 3 are updated and 3 up, 1 old ones left',
  ],
  [
    'new pods are not up',
    { ...seen, replicas: 3, updatedReplicas: 3 },
    'of 3 replicas 3 are updated and 0 up',
  ],
  [
    'a quota forbids the pods',
    {
      ...seen,
      conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: small' }],
    },
    'of 3 replicas 0 are updated and 0 up; exceeded quota: small',
  ],
])('a rollout goes on while %s', (_title, status, what) => {
  expect(rolloutOf('Deployment', workload({}, status))).toEqual({ state: 'under-way', what });
});

test('it is done with all replicas updated and up, and no others', () => {
  const status = { ...seen, replicas: 3, updatedReplicas: 3 };
  const done = { state: 'done' };
  expect(rolloutOf('Deployment', workload({}, { ...status, availableReplicas: 3 }))).toEqual(done);
  expect(rolloutOf('StatefulSet', workload({}, { ...status, readyReplicas: 3 }))).toEqual(done);
  const fewer = { ...seen, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  expect(rolloutOf('Deployment', workload({ replicas: 1 }, fewer))).toEqual(done);
});

test.each<[string, Partial<Workload['spec']>]>([
  ['its rollout is paused', { paused: true }],
  ['its pods are replaced only when they are deleted', { updateStrategy: { type: 'OnDelete' } }],
  ['its partition keeps pods as they are', { updateStrategy: { rollingUpdate: { partition: 1 } } }],
])('it does not go on by itself where %s', (what, spec) => {
  expect(rolloutOf('StatefulSet', workload(spec, seen))).toEqual({ state: 'stuck', what });
});
