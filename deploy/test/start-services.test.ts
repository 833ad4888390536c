import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectDatabase } from '@slicecast/platform/database/pool-database.ts';
import { startInfluxdb, startKafka, startPostgres } from '@slicecast/testbed/servers';
import { describeWhereAvailable } from '@slicecast/testbed/servers/for-tests';
import type { NodeProcess } from '@slicecast/testbed/suite/node-process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePorts } from '../../test/support/standalone-process.ts';
import { ports, serviceNames } from '../src/ports.ts';
import { secretNames } from '../src/workload.ts';
import { type Container, targets } from './support/container.ts';
import { root } from './support/files.ts';
import { buildNatively, type NativeImage } from './support/native-image.ts';
import { prepareProcess } from './support/run-container.ts';

const run = promisify(execFile);

interface Running {
  readonly url: string;
  readonly process: NodeProcess;
}

/** Where the real servers are, by the name and port that the files give them. */
async function startServers(): Promise<ReadonlyMap<string, string>> {
  const kafka = await startKafka();
  afterAll(() => kafka.stop());
  const postgres = await startPostgres();
  afterAll(() => postgres.stop());
  const influxdb = await startInfluxdb();
  afterAll(() => influxdb.stop());
  const administration = connectDatabase({ url: postgres.address });
  await administration.query('create database slicecast');
  await administration.close();
  return new Map([
    [`kafka:${ports.kafka}`, kafka.address],
    [`postgres:${ports.postgres}`, new URL(postgres.address).host],
    [`influxdb:${ports.influxdb}`, new URL(influxdb.address).host],
  ]);
}

await describeWhereAvailable(
  'the services, from the image that the Dockerfile builds, on the real servers',
  startServers,
  (servers) => {
    let image: NativeImage;
    let folder: string;

    beforeAll(async () => {
      image = await buildNatively('services');
      folder = await mkdtemp(join(tmpdir(), 'slicecast-deploy-'));
      await makeSecrets(folder);
    }, 180_000);
    afterAll(async () => {
      await image?.remove();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    });

    describe.each(Object.entries(targets))('with exactly what %s gives them', (target, read) => {
      const running = new Map<string, Running>();

      beforeAll(async () => {
        const addresses = await addressesOf(servers);
        for (const name of serviceNames) {
          const process = await prepareProcess(on18(read(name)), {
            image,
            folder: join(folder, target, name),
            secrets: join(folder, 'secrets'),
            addresses,
          });
          process.start();
          running.set(name, { url: `http://${addresses.get(`${name}:${ports[name]}`)}`, process });
        }
      }, 60_000);
      afterAll(async () => {
        for (const { process } of running.values()) await process.kill();
      });

      test.each(serviceNames)(
        '%s is ready, and live for its health check',
        async (name) => {
          const service = running.get(name);
          if (service === undefined) throw new Error(`${name} was not started`);
          await vi.waitFor(
            async () => {
              const ended = service.process.ended();
              if (ended !== undefined) throw new Error(ended);
              const answer = await fetch(`${service.url}/ready`);
              expect(await answer.text()).toContain('"ready":true');
              expect(answer.status).toBe(200);
            },
            { timeout: 60_000, interval: 100 },
          );
          await expect(checkHealth(image, name, service)).resolves.toBeDefined();
        },
        90_000,
      );

      test('they stop cleanly when told to', async () => {
        for (const { process } of running.values()) expect(await process.stop()).toBe(0);
      }, 60_000);
    });

    test('the entry point names the services when it is given none of them', async () => {
      const [, script = ''] = image.entrypoint;
      const failed = run(process.execPath, [script, 'standalone'], { cwd: image.cwd });
      await expect(failed).rejects.toMatchObject({
        code: 2,
        stderr: `Name the service to run, one of: ${serviceNames.join(', ')}\n`,
      });
    });
  },
);

/** The one thing that differs: the InfluxDB that runs without containers is 1.8. */
function on18({ environment, ...container }: Container): Container {
  const { INFLUX_VERSION: version } = environment;
  return {
    ...container,
    environment: { ...environment, ...(version !== undefined && { INFLUX_VERSION: '1' }) },
  };
}

/** The files' names of services, and their ports alone, on free ports of the loopback. */
async function addressesOf(servers: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const free = await freePorts(serviceNames.length);
  return new Map([
    ...servers,
    ['0.0.0.0', '127.0.0.1'],
    ...serviceNames.flatMap((name, index): [string, string][] => [
      [`${name}:${ports[name]}`, `127.0.0.1:${free[index]}`],
      [String(ports[name]), String(free[index])],
    ]),
  ]);
}

/** By the script that users run, in a folder of its own. */
async function makeSecrets(folder: string): Promise<void> {
  await cp(join(root, 'deploy/make-secrets.sh'), join(folder, 'deploy/make-secrets.sh'));
  await run('sh', [join(folder, 'deploy/make-secrets.sh')]);
  const { stdout } = await run('ls', [join(folder, 'secrets')]);
  expect(stdout.trim().split('\n')).toEqual([...secretNames]);
}

/** The image's own check, which a container engine runs beside the service; it rejects when that fails. */
async function checkHealth(image: NativeImage, name: string, { url, process: { pid } }: Running) {
  const [, ...args] = image.healthcheck;
  const variable = `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
  const env = { [variable]: new URL(url).port };
  return run(process.execPath, [...args, String(pid)], { cwd: image.cwd, env });
}
