import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAllYaml } from '@kubernetes/client-node';
import type { Flavor, KubernetesActuator } from '@slicecast/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createKubernetes } from '../services/sro/src/adapters/actuators/kubernetes.ts';
import { aSlice } from '../services/sro/test/domain/samples.ts';
import { errorOf } from '../services/sro/test/fakes/error-of.ts';
import { describeWhereAvailable } from '../testbed/src/servers/for-tests.ts';
import { freePort } from '../testbed/src/servers/free-port.ts';
import { type Kubernetes, startKubernetes } from '../testbed/src/servers/kubernetes.ts';
import { type Admin, createAdmin } from './support/kubernetes-admin.ts';

const role = join(import.meta.dirname, '../k8s/kubernetes-actuator/role.yaml');
const namespace = 'shop';
const name = 'checkout';
const small = { replicas: '2', cpu: '500m', memory: '256Mi', bandwidth: '10Mbit' };
const large = { replicas: '4', cpu: '2', memory: '1Gi', bandwidth: '30Mbit' };

/** What people apply: nothing that flavors differ in. */
const checkout = (spec = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace, name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'registry.example/checkout:1' }] },
    },
    ...spec,
  },
});

const start = async () => {
  const kubernetes = await startKubernetes(['slicecast/sro', 'slicecast/stranger']);
  afterAll(() => kubernetes.stop());
  return kubernetes;
};

await describeWhereAvailable('a real API server', start, (kubernetes: Kubernetes) => {
  let admin: Admin;
  let kubeconfigFile: string;
  beforeAll(async () => {
    admin = createAdmin(kubernetes.kubeconfigFile);
    kubeconfigFile = await kubernetes.kubeconfigOf('slicecast', 'sro');
    const made = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    await admin.apply(made);
    for (const object of loadAllYaml(await readFile(role, 'utf8'))) await admin.apply(object);
  });
  beforeEach(() => admin.apply(checkout()));
  afterEach(() => admin.remove(namespace, name));

  const actuator = (changes: Partial<KubernetesActuator> = {}) => {
    const resources = { cpu: 'cpu', memory: 'memory' };
    const { apply } = createKubernetes({
      name: 'pods',
      kind: 'kubernetes',
      kubeconfigFile,
      target: { kind: 'Deployment', namespace, name },
      set: {
        replicas: 'replicas',
        egressBandwidth: 'bandwidth',
        containers: { app: { requests: resources, limits: resources } },
      },
      waitForRollout: false,
      ...changes,
    });
    const slice = aSlice();
    const [from, to] = slice.flavors as [Flavor, Flavor];
    return (parameters: Record<string, string>, signal = new AbortController().signal) =>
      apply({ key: '1', slice, from, to: { ...to, parameters }, signal });
  };
  const found = async () => {
    const { spec, metadata } = await admin.deployment(namespace, name);
    const [container] = spec?.template.spec?.containers ?? [];
    return {
      replicas: spec?.replicas,
      annotations: spec?.template.metadata?.annotations,
      image: container?.image,
      resources: container?.resources,
      generation: metadata?.generation,
      managers: metadata?.managedFields?.map(({ manager, operation }) => [manager, operation]),
    };
  };

  test('replicas, resources and bandwidth are set together, by a manager of their own', async () => {
    await actuator()(large);
    expect(await found()).toMatchObject({
      replicas: 4,
      annotations: { 'kubernetes.io/egress-bandwidth': '30M' },
      image: 'registry.example/checkout:1',
      resources: { requests: { cpu: '2', memory: '1Gi' }, limits: { cpu: '2', memory: '1Gi' } },
      managers: expect.arrayContaining([['slicecast', 'Apply']]),
    });
    await actuator()(small);
    expect(await found()).toMatchObject({
      replicas: 2,
      annotations: { 'kubernetes.io/egress-bandwidth': '10M' },
      resources: { requests: { cpu: '500m', memory: '256Mi' } },
    });
  });

  test('asked again for the same, nothing is changed', async () => {
    await actuator()(large);
    const { generation } = await found();
    await actuator()(large);
    expect((await found()).generation).toBe(generation);
  });

  test('only what the operator names is set, and what people apply later stays theirs', async () => {
    await actuator({ set: { replicas: 'replicas' } })({ replicas: '3' });
    const spec = {
      template: { ...checkout().spec.template, metadata: { labels: { app: name, tier: 'web' } } },
    };
    await admin.apply(checkout(spec));
    expect(await found()).toMatchObject({ replicas: 3, resources: {} });
  });

  test("another manager's field is refused, by its name, and nothing is changed", async () => {
    await admin.apply(checkout({ replicas: 5 }), 'helm');
    const before = await found();
    const error = await errorOf(actuator()(large));
    expect(error).toMatchObject({ code: 'actuator-conflict', retriable: false });
    expect(error.message).toMatch(
      /^Deployment shop\/checkout: \.spec\.replicas is owned by manager helm; nothing was changed; leave/,
    );
    expect(await found()).toEqual(before);
  });

  test('a field is handed over as the documentation says, without a gap', async () => {
    await admin.apply(checkout({ replicas: 5 }), 'helm');
    const { kind, apiVersion, metadata } = checkout();
    await admin.apply({ kind, apiVersion, metadata, spec: { replicas: 5 } }, 'slicecast');
    await admin.apply(checkout(), 'helm');
    expect(await found()).toMatchObject({ replicas: 5 });
    await actuator()(large);
    expect(await found()).toMatchObject({ replicas: 4 });
  });

  test('what the API server finds wrong is told in its words', async () => {
    const containers = { app: { requests: { cpu: 'cpu' }, limits: { cpu: 'most' } } };
    const error = await errorOf(actuator({ set: { containers } })({ cpu: '2', most: '1' }));
    expect(error.code).toBe('kubernetes-422');
    expect(error.message).toMatch(/answered 422: .*must be less than or equal to cpu limit of 1/);
  });

  test('a container that is not there is named', async () => {
    const set = { containers: { db: { limits: { cpu: 'cpu' } } } };
    const error = await errorOf(actuator({ set })({ cpu: '1' }));
    expect(error.message).toBe(
      'Deployment shop/checkout has no container db: set.containers may name app',
    );
  });

  test('the role of k8s/kubernetes-actuator lets it at the workload that it names, and no other', async () => {
    const target = { kind: 'Deployment', namespace, name: 'payment' } as const;
    const error = await errorOf(actuator({ target })(large));
    expect(error.code).toBe('kubernetes-403');
    expect(error.message).toContain('let the account get and patch this object');
    const stranger = await kubernetes.kubeconfigOf('slicecast', 'stranger');
    const refused = await errorOf(actuator({ kubeconfigFile: stranger })(large));
    expect(refused.code).toBe('kubernetes-403');
  });

  test('a workload that is not there is not made', async () => {
    const target = { kind: 'StatefulSet', namespace, name: 'none-{slice}' } as const;
    const { kubeconfigFile: all } = kubernetes;
    const error = await errorOf(actuator({ kubeconfigFile: all, target })(large));
    expect(error.message).toMatch(
      /^StatefulSet shop\/none-1: .*404.*see that target names an object/,
    );
  });

  test('applied means rolled out: seen by the controller, updated, up, and no old pods left', async () => {
    let done = false;
    const applying = actuator({ waitForRollout: true })(small).then(() => {
      done = true;
    });
    await vi.waitFor(async () => expect((await found()).replicas).toBe(2), { timeout: 10_000 });
    const observedGeneration = (await found()).generation ?? 0;
    const up = { observedGeneration, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 };
    await admin.writeStatus(namespace, name, { ...up, replicas: 3 });
    expect(done).toBe(false);
    await admin.writeStatus(namespace, name, { ...up, replicas: 2 });
    await applying;
    // In force already: no wait at all for what is as it should be.
    await actuator({ waitForRollout: true })(small);
  });

  test('a rollout that does not get on is a failure', async () => {
    const applying = errorOf(actuator({ waitForRollout: true })(small));
    await vi.waitFor(async () => expect((await found()).replicas).toBe(2), { timeout: 10_000 });
    await admin.writeStatus(namespace, name, {
      observedGeneration: (await found()).generation ?? 0,
      conditions: [
        {
          type: 'Progressing',
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          message: 'ReplicaSet "checkout-1" has timed out progressing.',
        },
      ],
    });
    const error = await applying;
    expect(error.code).toBe('actuator-not-applied');
    expect(error.message).toContain(
      'is set, but not rolled out: ProgressDeadlineExceeded: Replica',
    );
  });

  test('an abort says how far the rollout was', async () => {
    const abort = new AbortController();
    const applying = errorOf(actuator({ waitForRollout: true })(small, abort.signal));
    await vi.waitFor(async () => expect((await found()).replicas).toBe(2), { timeout: 10_000 });
    abort.abort();
    const error = await applying;
    expect(error.code).toBe('actuator-aborted');
    expect(error.message).toContain('its controller has not seen the change');
  });

  test('an API server that cannot be reached is asked again, and then said', async () => {
    const file = join(kubernetes.folder, 'away.kubeconfig');
    const text = await readFile(kubeconfigFile, 'utf8');
    const away = `https://127.0.0.1:${await freePort()}`;
    await writeFile(file, text.replace(kubernetes.address, away));
    const error = await errorOf(actuator({ kubeconfigFile: file })(large));
    expect(error).toMatchObject({ code: 'kubernetes-unreachable', retriable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });
});
