import { expect, test } from 'vitest';
import { differences } from '../replay/src/record/decide-again.ts';
import { readRun } from '../replay/src/record/read-run.ts';
import type { SliceRecord } from '../services/sro/src/domain/record/slice-record.ts';
import { runRealDemo } from '../testbed/src/demo/run-real-demo.ts';
import { createScreen } from '../testbed/src/demo/view/terminal.ts';
import { ServerUnavailable } from '../testbed/src/servers/servers.ts';
import type { RealSuite } from '../testbed/src/suite/real-suite.ts';

/** The whole job as separate processes on Kafka, PostgreSQL, InfluxDB and Prometheus, at the pace of the clock. */
const liveSeconds = 45;

/** What `npm run replay -- --record kafka` reads of the run, while the services go on. */
async function readBack({ servers }: RealSuite) {
  const span = { sliceId: 1, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  return readRun('kafka', span, { KAFKA_BROKERS: servers.kafka.address });
}

test('every tick is forecast, decided and recorded once by separate services on real servers', async (context) => {
  let record: SliceRecord | undefined;
  const afterwards = async (suite: RealSuite) => {
    record = await readBack(suite);
  };
  const screen = {
    ...createScreen(),
    columns: 100,
    line: () => undefined,
    moving: () => undefined,
  };
  const summary = await runRealDemo({ screen, liveSeconds, logLevel: 'warn', afterwards }).catch(
    (error) => {
      if (error instanceof ServerUnavailable && process.env.CI !== 'true') {
        return context.skip(error.message);
      }
      throw error;
    },
  );
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
  // Decided again from Kafka's record, every tick comes out as it was decided, byte for byte.
  expect(record?.ticks.length).toBeGreaterThanOrEqual(liveSeconds);
  expect(record && differences(record)).toEqual([]);
  expect(summary.proposedKpiQuery).toContain('client_read_latency_p99');
}, 600_000);
