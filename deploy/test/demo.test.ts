import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OperatorFile } from '@slicecast/contracts';
import { loadYaml } from '@slicecast/platform';
import type { NodeProcess } from '@slicecast/testbed/suite/node-process';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePorts } from '../../test/support/standalone-process.ts';
import { ports } from '../src/ports.ts';
import { composeContainer } from './support/container.ts';
import { root } from './support/files.ts';
import { buildNatively, type NativeImage } from './support/native-image.ts';
import { prepareProcess } from './support/run-container.ts';

const run = promisify(execFile);
const name = 'recorded-prometheus';
const address = `${name}:${ports[name]}`;
let image: NativeImage;
let folder: string;
let url: string;
let recorded: NodeProcess;

beforeAll(async () => {
  image = await buildNatively(name);
  folder = await mkdtemp(join(tmpdir(), 'slicecast-demo-'));
  const [port] = await freePorts(1);
  url = `http://127.0.0.1:${port}`;
  const addresses = new Map([
    ['0.0.0.0', '127.0.0.1'],
    [String(ports[name]), String(port)],
  ]);
  const surroundings = { image, folder, secrets: folder, addresses };
  recorded = await prepareProcess(composeContainer(name), surroundings);
  recorded.start();
  await vi.waitFor(
    async () => {
      expect(recorded.ended()).toBeUndefined();
      expect((await fetch(`${url}/-/ready`)).ok).toBe(true);
    },
    { timeout: 60_000, interval: 50 },
  );
}, 180_000);
afterAll(async () => {
  await recorded?.kill();
  await image?.remove();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

test('the recording answers from its image, and its health check knows', async () => {
  const [program = '', ...args] = image.healthcheck.map((word) =>
    word.replace(`http://127.0.0.1:${ports[name]}`, url),
  );
  await expect(run(program, args)).resolves.toBeDefined();
  const answer = await fetch(`${url}/api/v1/query?query=node_load1`);
  expect(await answer.json()).toMatchObject({ status: 'success' });
});

test("the demo's own command switches the flavor that is in force", async () => {
  const { actuators = [] } = await loadYaml(join(root, 'deploy/demo/slicecast.yaml'), OperatorFile);
  const [command] = actuators.flatMap((each) => (each.kind === 'command' ? [each] : []));
  const state = async () => (await fetch(`${url}/testbed`)).json();
  for (const flavor of [2, 1]) {
    const [program = '', ...args] = (command?.argv ?? []).map((element) =>
      element.replace(address, new URL(url).host).replace('{flavor}', String(flavor)),
    );
    await run(program, args);
    await vi.waitFor(async () => expect(await state()).toMatchObject({ flavorInForce: flavor }), {
      timeout: 10_000,
    });
  }
});

test('it stops cleanly when told to', async () => {
  expect(await recorded.stop()).toBe(0);
});
