import { servers } from '../servers.ts';
import { services } from '../services.ts';
import type { Workload } from '../workload.ts';
import { configurationObjects } from './configuration.ts';
import { namespace } from './labels.ts';
import { defaultPolicy } from './network-policies.ts';
import { nodeExporterObjects } from './node-exporter.ts';
import { workloadObjects } from './workload-objects.ts';

/** The files of `k8s/`, each a list of objects, by name. */
export function kubernetesFiles(): Readonly<Record<string, readonly object[]>> {
  const { 'node-exporter': _onEachNode, ...others } = servers;
  const workloads = Object.entries<Workload>({ ...services, ...others });
  const files = {
    'namespace.yaml': [namespaceObject(), defaultPolicy()],
    'configuration.yaml': configurationObjects(),
    ...Object.fromEntries(
      workloads.map(([name, workload]) => [`${name}.yaml`, workloadObjects(name, workload)]),
    ),
    'node-exporter.yaml': nodeExporterObjects(),
  };
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: Object.keys(files),
  };
  return { ...files, 'kustomization.yaml': [kustomization] };
}

function namespaceObject(): object {
  const level = (mode: string) => [`pod-security.kubernetes.io/${mode}`, 'restricted'];
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      labels: Object.fromEntries(['enforce', 'audit', 'warn'].map(level)),
    },
  };
}
