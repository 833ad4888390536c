import { expect, test } from 'vitest';
import { kpiQuery } from '../../src/domain/kpi-query.ts';

const raw = { series: '', transform: 'raw', windowMs: 0, maxAgeMs: 5000 } as const;

test.each([
  ['a name alone', { __name__: 'latency_ms' }, 'latency_ms{}'],
  [
    'labels, sorted',
    { __name__: 'latency_ms', job: 'client', instance: '10.0.0.1:9200' },
    'latency_ms{instance="10.0.0.1:9200",job="client"}',
  ],
  [
    'quotes, backslashes and line ends',
    { __name__: 'up', path: 'C:\\x "y"\nz' },
    'up{path="C:\\\\x \\"y\\"\\nz"}',
  ],
  ['no name', { job: 'client' }, '{job="client"}'],
  [
    'names beyond the classic letters',
    { __name__: 'http.server.duration', 'service.name': 'a' },
    '{"http.server.duration","service.name"="a"}',
  ],
])('the query of a series with %s', (_what, labels, query) => {
  expect(kpiQuery({ ...raw, labels })).toBe(query);
});

test('the query of a rate asks for the rate', () => {
  const feature = {
    ...raw,
    labels: { __name__: 'x_total' },
    transform: 'rate',
    windowMs: 60_000,
  } as const;
  expect(kpiQuery(feature)).toBe('rate(x_total{}[60000ms])');
});
