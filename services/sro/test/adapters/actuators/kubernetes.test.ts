import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Flavor, KubernetesActuator } from '@slicecast/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createActuators } from '../../../src/adapters/actuators/list.ts';
import { aSlice } from '../../domain/samples.ts';

let folder: string;
let kubeconfigFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'actuator-kubernetes-'));
  kubeconfigFile = join(folder, 'kubeconfig');
  // Nobody listens there: a test that asked would say that it cannot be reached.
  const configuration = {
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'here',
  };
  await writeFile(kubeconfigFile, JSON.stringify(configuration));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

function create(changes: Partial<KubernetesActuator> = {}) {
  const target = { kind: 'Deployment', namespace: 'shop', name: 'checkout' } as const;
  const definition = { name: 'pods', kind: 'kubernetes', kubeconfigFile, target } as const;
  const set = { replicas: 'replicas' };
  return createActuators([{ ...definition, set, ...changes }]).get('pods');
}

test('what could never run is refused at the start', () => {
  vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined);
  expect(() => create({ kubeconfigFile: join(folder, 'none') })).toThrow('cannot be read: ENOENT');
  expect(() => create({ context: 'there' })).toThrow(
    /has no context there with a cluster: set context to one of here$/,
  );
  const outside = { name: 'pods', kind: 'kubernetes', set: { replicas: 'replicas' } } as const;
  const there = { kind: 'Deployment', namespace: 'shop', name: 'checkout' } as const;
  expect(() => createActuators([{ ...outside, target: there }])).toThrow(
    'runs in no cluster: set kubeconfigFile',
  );
  const target = { kind: 'Deployment', namespace: 'Shop', name: 'a/b' } as const;
  expect(() => create({ target })).toThrow('target.namespace Shop and target.name a/b must be of');
});

test.each([{}, { replicas: '0' }, { replicas: '1; id' }])(
  'parameters %j are refused before the API server is asked',
  async (parameters) => {
    const slice = aSlice();
    const [from, to] = slice.flavors as [Flavor, Flavor];
    const { signal } = new AbortController();
    const applying = create()?.apply({ key: '1', slice, from, to: { ...to, parameters }, signal });
    await expect(applying).rejects.toMatchObject({ code: 'actuator-parameter' });
  },
);
