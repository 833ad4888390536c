import { describe, expect, test } from 'vitest';
import { podsOf, readCompose, readKubernetes } from './support/files.ts';

const objects = readKubernetes();
const pods = podsOf(objects);
/** It reads its host, in a namespace of its own. */
const onEachNode = 'node-exporter';
/** Those that may change workloads get an account's token by a kustomization that is asked for. */
const restricted = [...pods].filter(([name]) => name !== onEachNode);

describe.each(restricted)('the pods of %s', (_name, pod) => {
  test('keep to the Pod Security Standard restricted, on a root that is read-only', () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
    expect(pod.hostNetwork).toBeUndefined();
    for (const volume of pod.volumes) {
      const kinds = Object.keys(volume).filter((key) => key !== 'name');
      expect(['secret', 'configMap', 'emptyDir', 'persistentVolumeClaim']).toEqual(
        expect.arrayContaining(kinds),
      );
    }
    for (const { securityContext } of pod.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('get no token of the API, nor variables of other services', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.enableServiceLinks).toBe(false);
  });

  test('say when they live and when they are ready, and what they take at most', () => {
    for (const { livenessProbe, readinessProbe, resources } of pod.containers) {
      expect(livenessProbe).toBeDefined();
      expect(readinessProbe).toBeDefined();
      expect(resources.limits).toHaveProperty('memory');
      expect(resources.requests).toHaveProperty('cpu');
    }
  });
});

test.each([...pods])('%s runs under an account of its own, which has no token', (name, pod) => {
  expect(pod.serviceAccountName).toBe(name);
  const account = objects.find(
    ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === name,
  );
  expect(account?.automountServiceAccountToken).toBe(false);
});

test('the namespace enforces what the pods keep to', () => {
  const namespace = objects.find(({ kind }) => kind === 'Namespace');
  expect(namespace?.metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
  });
});

test('what shares partitions has two replicas, of which one stays through a drain', () => {
  const sharing = ['sro', 'ima', 'forecasting', 'recorder'];
  const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget');
  expect(budgets.map(({ metadata }) => metadata.name).toSorted()).toEqual(sharing.toSorted());
  for (const name of sharing) {
    const found = objects.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === name,
    );
    expect(found?.spec?.replicas).toBe(2);
  }
});

test('what lets the SRO change workloads lets it patch those that are named, and no more', () => {
  const added = readKubernetes('k8s/kubernetes-actuator');
  expect(added.filter(({ kind }) => /Cluster/.test(kind))).toEqual([]);
  const role = added.find(({ kind }) => kind === 'Role');
  const binding = added.find(({ kind }) => kind === 'RoleBinding');
  expect(role?.rules).toEqual([
    {
      apiGroups: ['apps'],
      resources: ['deployments', 'statefulsets'],
      resourceNames: ['checkout'],
      verbs: ['get', 'patch'],
    },
  ]);
  expect(binding).toMatchObject({
    roleRef: { kind: 'Role', name: role?.metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: 'sro', namespace: 'slicecast' }],
  });
});

test.each(Object.entries(readCompose().services))(
  'the container of %s has a read-only root, no capabilities, and a user that is not root',
  (_name, { read_only, cap_drop, user }) => {
    expect(read_only).toBe(true);
    expect(cap_drop).toEqual(['ALL']);
    expect(user).toMatch(/^[1-9]\d*:\d+$/);
  },
);
