import { expect, test } from 'vitest';
import { runRealDemo } from '../testbed/src/demo/run-real-demo.ts';
import { createScreen } from '../testbed/src/demo/view/terminal.ts';
import { ServerUnavailable } from '../testbed/src/servers/servers.ts';

/** The whole job as separate processes on Kafka, PostgreSQL, InfluxDB and Prometheus, at the pace of the clock. */
const liveSeconds = 45;

test('every tick is forecast, decided and recorded once by separate services on real servers', async (context) => {
  const screen = {
    ...createScreen(),
    columns: 100,
    line: () => undefined,
    moving: () => undefined,
  };
  const summary = await runRealDemo({ screen, liveSeconds, logLevel: 'warn' }).catch((error) => {
    if (error instanceof ServerUnavailable && process.env.CI !== 'true') {
      return context.skip(error.message);
    }
    throw error;
  });
  expect(summary.callbacks.map(({ event, flavorId }) => [event, flavorId])).toEqual([
    ['profile.ready', 1],
    ['profile.ready', 2],
  ]);
  expect(summary.ticks).toBe(liveSeconds);
  expect(summary.recorded).toEqual({
    ticks: liveSeconds,
    forecasts: liveSeconds,
    decisions: liveSeconds,
  });
  expect(summary.proposedKpiQuery).toContain('client_read_latency_p99');
}, 600_000);
