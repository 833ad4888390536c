import type { KubernetesActuator } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { parameterFaults } from '../../src/domain/check-parameters.ts';
import { fieldsOf, type WorkloadField } from '../../src/domain/workload-fields.ts';

const pods: KubernetesActuator = {
  name: 'pods',
  kind: 'kubernetes',
  target: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  set: {
    replicas: 'replicas',
    egressBandwidth: 'bandwidth',
    containers: { app: { requests: { cpu: 'cpu' }, limits: { cpu: 'cpu' } } },
  },
  maxReplicas: 20,
  parameters: { cpu: { pattern: '[0-9]+m', default: '500m' } },
};
const { replicas, egressBandwidth, containers } = fieldsOf(pods);
const cpu = containers[0]?.limits.cpu;

test.each<[string, WorkloadField | undefined, string, string | number | undefined]>([
  ['replicas', replicas, '3', 3],
  ['replicas', replicas, '0', undefined],
  ['replicas', replicas, '21', undefined],
  ['replicas', replicas, '1.5', undefined],
  ['replicas', replicas, '1e1', undefined],
  ['egressBandwidth', egressBandwidth, '10Mbit', '10M'],
  ['egressBandwidth', egressBandwidth, '1500bit', '1500'],
  ['egressBandwidth', egressBandwidth, '1.5kbps', '12k'],
  ['egressBandwidth', egressBandwidth, '10M', undefined],
  ['egressBandwidth', egressBandwidth, '1bit', undefined],
  ['cpu', cpu, '1.5', '1.5'],
  ['cpu', cpu, '2Gi', '2Gi'],
  ['cpu', cpu, '0m', undefined],
  ['cpu', cpu, '-1', undefined],
  ['cpu', cpu, '1 ', undefined],
  ['cpu', cpu, '1e3', undefined],
])('%s: value %#', (_field, field, value, expected) => {
  expect(field?.convert(value)).toBe(expected);
});

test("a flavor's parameters must suit every field that they fill, and the operator's pattern", () => {
  const flavor = { id: 1, name: 'small', pricePerHour: 1, rank: 1 };
  const parameters = { replicas: '99', cpu: '2', memory: '1Gi' };
  const faults = parameterFaults([{ ...flavor, parameters }], pods);
  expect(faults.map(({ field, message }) => `${field} ${message}`)).toEqual([
    '/flavors/0/parameters/replicas must be a whole number from 1 to 20',
    '/flavors/0/parameters/cpu must match [0-9]+m',
    '/flavors/0/parameters/memory is no parameter of pods; it has replicas, bandwidth, cpu',
    '/flavors/0/parameters/bandwidth is missing: actuator pods needs it, and it must be a rate with its unit, such as 10Mbit',
  ]);
});
