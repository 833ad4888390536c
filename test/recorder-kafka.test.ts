import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { topics } from '@slicecast/contracts';
import { createKafkaLog } from '@slicecast/platform';
import { startInfluxdb, startKafka } from '@slicecast/testbed/servers';
import { describeOnOwnServer } from '@slicecast/testbed/servers/for-tests';
import { afterAll, expect, test, vi } from 'vitest';
import { askInfluxQl } from './support/ask-influxdb.ts';
import { freePorts } from './support/standalone-process.ts';

let influxUrl = '';
async function startServers() {
  const influx = await startInfluxdb();
  afterAll(() => influx.stop());
  influxUrl = influx.address;
  return startKafka();
}

const total = 30_000;
const begin = Date.parse('2026-02-01T00:00:00Z');
const name = 'numbered';

/** The recorder as a process of its own, as it is deployed, between real servers. */
await describeOnOwnServer('the recorder from Kafka to InfluxDB', startServers, (kafka) => {
  const running: ChildProcess[] = [];
  afterAll(async () => {
    for (const child of running) await kill(child);
  });

  async function startRecorder(): Promise<ChildProcess> {
    const [port] = await freePorts(1);
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../services/recorder/src/main.ts')],
      {
        cwd: join(import.meta.dirname, '..'),
        env: {
          PATH: process.env.PATH ?? '',
          RECORDER_PORT: String(port),
          KAFKA_BROKERS: kafka.address,
          INFLUX_URL: influxUrl,
          INFLUX_VERSION: '1',
          INFLUX_RETENTION_HOURS: '0',
          LOG_LEVEL: 'silent',
        },
        stdio: 'ignore',
      },
    );
    running.push(child);
    return child;
  }

  const known = async () => {
    const rows = await askInfluxQl(
      influxUrl,
      'selected-metrics',
      `SELECT count(value) FROM ${name}`,
    ).catch(() => []);
    return Number(rows[0]?.count ?? 0);
  };

  test('two recorders, killed in turn, lose and double no numbered sample', async () => {
    const log = createKafkaLog({
      access: { brokers: [kafka.address] },
      topics: { partitions: 12, replicationFactor: 1, retentionMs: 3_600_000 },
      clientId: 'numbered',
    });
    const numbered = (n: number) => {
      const at = begin + n;
      const labels = { series: String(n % 40) };
      const value = { name, labels, value: String(n), timestamp: new Date(at).toISOString() };
      return { key: `series-${n % 40}`, at, value };
    };
    try {
      let next = 0;
      const appendUntil = async (last: number) => {
        for (; next < last; next += 500) {
          const messages = Array.from({ length: 500 }, (_, index) => numbered(next + index));
          await log.append(topics.selectedMetrics, messages);
        }
      };
      const reach = (count: number) =>
        vi.waitFor(async () => expect(await known()).toBeGreaterThanOrEqual(count), {
          timeout: 60_000,
          interval: 20,
        });
      await appendUntil(5000);
      let [first, second] = [await startRecorder(), await startRecorder()];
      await reach(1);
      await kill(first);
      await appendUntil(15_000);
      first = await startRecorder();
      await reach(7500);
      await kill(second);
      await appendUntil(total);
      second = await startRecorder();
      await reach(20_000);
      await kill(first);
      await reach(total);
      const rows = await askInfluxQl(influxUrl, 'selected-metrics', `SELECT value FROM ${name}`);
      const values = rows.map(({ value }) => Number(value)).sort((a, b) => a - b);
      expect(values).toEqual(Array.from({ length: total }, (_, n) => n));
    } finally {
      await log.close();
    }
  }, 240_000);
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
