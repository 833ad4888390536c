import { topics } from '@slicecast/contracts';
import {
  createMemoryLog,
  createMetrics,
  createSteppedClock,
  type Log,
  loadEnvironment,
  type Metrics,
  type Service,
  silentLogger,
} from '@slicecast/platform';
import { expect, vi } from 'vitest';
import { createRecorder, RecorderConfig } from '../../src/app.ts';
import { type FakeInfluxdb, startFakeInfluxdb } from './fake-influxdb.ts';
import { now, numbered } from './numbered.ts';

/** A recorder on a memory log that does not wait between two tries, and a fake InfluxDB. */
export interface TestRecorder {
  readonly log: Log;
  readonly influx: FakeInfluxdb;
  readonly metrics: Metrics;
  readonly service: Service;
  /** How long the log waited before it gave a batch again, ms. */
  readonly pauses: readonly number[];
  ready(): Promise<{ readonly status: number; readonly text: string }>;
  close(): Promise<void>;
}

export async function startTestRecorder(
  environment: Readonly<Record<string, string>> = {},
  version: 1 | 2 = 1,
): Promise<TestRecorder> {
  const influx = await startFakeInfluxdb(version);
  const metrics = createMetrics('recorder');
  const pauses: number[] = [];
  const log = createMemoryLog({
    pause: async (delayMs, signal) => {
      pauses.push(delayMs);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    },
  });
  const config = loadEnvironment(RecorderConfig, {
    INFLUX_URL: influx.url,
    INFLUX_VERSION: String(version),
    RECORDER_PORT: '0',
    RECORDER_STATUS_PERIOD_MS: '3600000',
    ...environment,
  });
  const clock = createSteppedClock(now);
  const service = createRecorder({ config, log, clock, logger: silentLogger, metrics });
  await service.start();
  // The first status is written by itself: what a test makes fail must not be that.
  await vi.waitFor(() => expect(influx.points('slicecast')).not.toHaveLength(0));
  return {
    log,
    influx,
    metrics,
    service,
    pauses,
    async ready() {
      const answer = await service.server.inject('/ready');
      return { status: answer.statusCode, text: answer.body };
    },
    async close() {
      await service.stop();
      await log.close();
      await influx.close();
    },
  };
}

export async function appendNumbered(log: Log, from: number, to: number): Promise<void> {
  const messages = Array.from({ length: to - from }, (_, index) => numbered(from + index));
  await log.append(topics.selectedMetrics, messages);
}
