import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { freePorts, until } from './support/standalone-process.ts';

/** Each service as a process of its own, without the Kafka and the PostgreSQL that it needs. */
const root = join(import.meta.dirname, '..');
let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

async function start(
  service: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [port = 0] = await freePorts(1);
  const variable = `${service.toUpperCase().replace('-', '_')}_PORT`;
  child = spawn(process.execPath, [join(root, `services/${service}/src/main.ts`)], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      [variable]: String(port),
      KAFKA_BROKERS: '127.0.0.1:9',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
      LOG_LEVEL: 'silent',
      ...environment,
    },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  await until(`${service} answers`, async () => (await fetch(`${url}/live`)).ok);
  return url;
}

async function stopped(): Promise<number | null> {
  if (child === undefined) return null;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await exited;
  return typeof code === 'number' ? code : null;
}

describe.each(['sro', 'ima', 'forecasting'])('%s alone', (service) => {
  test('lives, says on /ready that database and log are missing, and stops cleanly', async () => {
    const url = await start(service);
    const ready = await fetch(`${url}/ready`);
    const text = await ready.text();
    expect(ready.status).toBe(503);
    expect(text).toContain('The database is not available: connect ECONNREFUSED');
    expect(text).toContain('The log is not available: Connection error: connect ECONNREFUSED');
    expect(await stopped()).toBe(0);
  });
});

test('feature-selection needs nothing: it is ready at once', async () => {
  const url = await start('feature-selection');
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  expect(await stopped()).toBe(0);
});

test('recorder alone lives, says on /ready that log and InfluxDB are missing, and stops cleanly', async () => {
  const url = await start('recorder', { INFLUX_URL: 'http://127.0.0.1:9' });
  const ready = await fetch(`${url}/ready`);
  const text = await ready.text();
  expect(ready.status).toBe(503);
  expect(text).toContain('The log is not available: Connection error: connect ECONNREFUSED');
  expect(text).toContain('InfluxDB cannot be reached: connect ECONNREFUSED');
  expect(await stopped()).toBe(0);
});
