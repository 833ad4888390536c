import { expect, test } from 'vitest';
import { createMetrics } from '../../src/index.ts';

test('asking twice for a metric gives the same one', async () => {
  const metrics = createMetrics('trial');
  metrics.counter('rows_total', 'Rows').inc();
  metrics.counter('rows_total', 'Rows').inc();
  expect((await metrics.text()).body).toContain('rows_total{service="trial"} 2');
});

test('a name is of one kind', () => {
  const metrics = createMetrics('trial');
  metrics.counter('rows_total', 'Rows');
  expect(() => metrics.gauge('rows_total', 'Rows')).toThrow(TypeError);
});

test('two services in one process do not share metrics', async () => {
  const first = createMetrics('first');
  first.gauge('lag_seconds', 'Lag').set(1);
  expect((await createMetrics('second').text()).body).not.toContain('lag_seconds');
});
