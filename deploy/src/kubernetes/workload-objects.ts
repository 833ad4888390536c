import type { Workload } from '../workload.ts';
import { metadataOf, selectorOf } from './labels.ts';
import { networkPolicy } from './network-policies.ts';
import { podTemplate } from './pod.ts';

/** Everything of one workload: its account, processes, addresses, storage and whom it may speak to. */
export function workloadObjects(name: string, workload: Workload): object[] {
  const { data, replicas } = workload;
  const alone = data !== undefined && replicas === 1;
  return [
    account(name),
    alone ? statefulSet(name, workload, data.sizeGiB) : deployment(name, workload),
    service(name, workload),
    ...(replicas > 1 ? [replicaAddresses(name, workload), disruptionBudget(name)] : []),
    ...(data !== undefined && !alone ? [sharedClaim(name, data.sizeGiB)] : []),
    networkPolicy(name, workload),
  ];
}

/** The name that resolves to each replica, for what must reach them all. */
export function replicasOf(name: string, { replicas }: Workload): string {
  return replicas > 1 ? `${name}-replicas` : name;
}

function account(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(name),
    automountServiceAccountToken: false,
  };
}

function deployment(name: string, workload: Workload): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(name),
    spec: {
      replicas: workload.replicas,
      selector: { matchLabels: selectorOf(name) },
      // One goes when the next one is ready, so that slices always have an owner.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: podTemplate(name, workload),
    },
  };
}

function statefulSet(name: string, workload: Workload, sizeGiB: number): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(name),
    spec: {
      replicas: 1,
      serviceName: name,
      selector: { matchLabels: selectorOf(name) },
      template: podTemplate(name, workload),
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim('ReadWriteOnce', sizeGiB) }],
    },
  };
}

function service(name: string, { port }: Workload): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(name),
    spec: { selector: selectorOf(name), ports: [{ name: 'main', port, targetPort: 'main' }] },
  };
}

function replicaAddresses(name: string, { port }: Workload): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(`${name}-replicas`, name),
    spec: {
      clusterIP: 'None',
      // What is not ready is measured all the same.
      publishNotReadyAddresses: true,
      selector: selectorOf(name),
      ports: [{ name: 'main', port, targetPort: 'main' }],
    },
  };
}

function disruptionBudget(name: string): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(name),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(name) } },
  };
}

function sharedClaim(name: string, sizeGiB: number): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: metadataOf(name),
    spec: claim('ReadWriteMany', sizeGiB),
  };
}

function claim(accessMode: 'ReadWriteOnce' | 'ReadWriteMany', sizeGiB: number): object {
  return {
    accessModes: [accessMode],
    resources: { requests: { storage: `${sizeGiB}Gi` } },
  };
}
