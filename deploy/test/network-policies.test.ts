import { expect, test } from 'vitest';
import { createNetwork } from './support/network.ts';

/** Who calls whom, by the design: services, the servers that they work with, and what measures them. */
const calls: Readonly<Record<string, readonly string[]>> = {
  sro: ['ima', 'forecasting', 'kafka', 'postgres'],
  ima: ['prometheus', 'feature-selection', 'sro', 'kafka', 'postgres'],
  'feature-selection': [],
  forecasting: ['kafka', 'postgres'],
  recorder: ['kafka', 'influxdb'],
  prometheus: ['sro', 'ima', 'feature-selection', 'forecasting', 'recorder'],
  grafana: ['influxdb'],
  kafka: [],
  postgres: [],
  influxdb: [],
};
const names = Object.keys(calls);
const network = createNetwork();

test.each(names)('%s reaches those that it calls, and none else', (from) => {
  const reached = names.filter((to) => network.lets(from, to));
  expect(reached.toSorted()).toEqual(calls[from]?.toSorted());
});

test.each(names)(
  '%s is let into by a namespace that is marked only if it is for clients',
  (name) => {
    const marked = network.letsIn(name, { 'slicecast/client': 'true' });
    expect(marked).toBe(['sro', 'ima', 'grafana'].includes(name));
    expect(network.letsIn(name, {})).toBe(false);
  },
);

test.each(names)('%s calls addresses outside only if callbacks or sources are its work', (name) => {
  const isCaller = ['sro', 'ima'].includes(name);
  expect(network.reachesAddress(name, '93.184.216.34', 443)).toBe(isCaller);
  expect(network.reachesAddress(name, '169.254.169.254', 80)).toBe(false);
  expect(network.reachesAddress(name, '10.96.0.1', 443)).toBe(false);
  expect(network.reachesAddress(name, '93.184.216.34', 22)).toBe(false);
});

test('a pod that no policy names reaches nothing and is reached by nothing', () => {
  for (const name of names) {
    expect(network.lets('stranger', name)).toBe(false);
    expect(network.lets(name, 'stranger')).toBe(false);
  }
});
