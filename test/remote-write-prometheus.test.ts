import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { seriesHash, topics } from '@slicecast/contracts';
import { createMemoryLog, systemClock } from '@slicecast/platform';
import { startPrometheus } from '@slicecast/testbed/servers';
import { describeOnOwnServer } from '@slicecast/testbed/servers/for-tests';
import { afterAll, expect, test } from 'vitest';
import { publish, slice, startTestIma } from '../services/ima/test/fakes/start-test-ima.ts';
import { freePort } from '../testbed/src/servers/free-port.ts';

const run = promisify(execFile);

const token = 'let-me-in-please';

/** An exporter of some series, of which the slice has selected three; one of them is Prometheus' own. */
const exporter = createServer((_request, response) => {
  const seconds = Math.floor(Date.now() / 1000);
  const devices = ['sda', 'sdb', 'sd.a'].map((device) => `disk_io{device="${device}"} ${seconds}`);
  const cpus = ['load{cpu="0"} 2', 'disk_io{device="sd.a",zone="b"} 3', 'disk_io 4'];
  response.end(`load 1.5\n${[...devices, ...cpus].join('\n')}\nload_other 3\n`);
});
exporter.listen(0, '127.0.0.1');
await once(exporter, 'listening');
const address = exporter.address();
const instance = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
const selected = [
  { __name__: 'load', instance, job: 'node' },
  { __name__: 'disk_io', device: 'sd.a', instance, job: 'node' },
  { __name__: 'up', instance, job: 'node' },
];
const features = selected.map((labels) => ({
  series: seriesHash(labels),
  labels,
  transform: 'raw' as const,
  windowMs: 0,
  maxAgeMs: 5000,
}));

const port = await freePort();
const secrets = await mkdtemp(join(tmpdir(), 'slicecast-secret-'));
const secretFile = join(secrets, 'token');
await writeFile(secretFile, token);
const log = createMemoryLog();
const trained = [{ flavorId: 1, modelId: 'm', features }];
await publish(log, { ...slice, version: 2, hosts: ['127.0.0.1'], trained });
const ima = await startTestIma({
  prometheusUrl: 'http://127.0.0.1:9',
  source: { live: 'pushed' },
  config: {
    IMA_PORT: port,
    IMA_RECEIVE_TOKEN: token,
    IMA_REMOTE_WRITE_URL: `http://127.0.0.1:${port}/receive`,
    IMA_REMOTE_WRITE_SECRET_FILE: secretFile,
  },
  clock: systemClock,
  log,
});
const config = await (await fetch(`${ima.url}/api/v1/slices/1/prometheus`)).text();
afterAll(async () => {
  await ima.service.stop();
  exporter.close();
  await rm(secrets, { recursive: true });
});

const start = () => startPrometheus({ config });
await describeOnOwnServer('a Prometheus with the generated configuration', start, () => {
  test('passes promtool', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slicecast-promtool-'));
    const file = join(folder, 'prometheus.yml');
    await writeFile(file, config);
    const { stdout } = await run('promtool', ['check', 'config', file]);
    await rm(folder, { recursive: true });
    expect(stdout).toContain('SUCCESS');
  });

  test('ships exactly the selected series, each second, with the milliseconds of its scrapes', async () => {
    const wanted = new Set(features.map(({ series }) => series));
    const found = await expect
      .poll(() => shipped(), { timeout: 20_000, interval: 200 })
      .toSatisfy((samples: readonly Shipped[]) =>
        [...wanted].every((hash) => samples.filter(({ key }) => key === hash).length >= 3),
      )
      .then(shipped);
    expect(new Set(found.map(({ key }) => key))).toEqual(wanted);
    const disk = found.filter(({ key }) => key === features[1]?.series);
    for (const { at, value } of disk) expect(Math.abs(at / 1000 - Number(value))).toBeLessThan(2);
    expect(disk.some(({ at }) => at % 1000 !== 0)).toBe(true);
    // Nor did it send any that the receiver had to leave out: Prometheus' own, or the selected ones with more labels.
    const metrics = await (await fetch(`${ima.url}/metrics`)).text();
    expect(metrics).toMatch(/written_samples_total\{outcome="not-selected".*\} 0/);
  });
});

interface Shipped {
  readonly key: string;
  readonly at: number;
  readonly value: string;
}

async function shipped(): Promise<readonly Shipped[]> {
  const samples: Shipped[] = [];
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { key, at, value } of log.readByTime({
    topic: topics.selectedMetrics,
    ...all,
  })) {
    samples.push({ key, at, value: value.value });
  }
  return samples;
}
