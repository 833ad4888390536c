import { servers } from '../servers.ts';
import { labelsOf, selectorOf } from './labels.ts';

const name = 'node-exporter';
export const nodeNamespace = 'slicecast-nodes';
const metadata = { name, namespace: nodeNamespace, labels: labelsOf(name) };
const { image, args, port, user, memoryMiB, cpuMillis } = servers[name];

/** One on each node, in a namespace of its own: it reads the host, which `restricted` forbids. */
export function nodeExporterObjects(): object[] {
  const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: nodeNamespace, labels } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { clusterIP: 'None', selector: selectorOf(name), ports: [{ name: 'main', port }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata,
      spec: {
        selector: { matchLabels: selectorOf(name) },
        template: { metadata: { labels: labelsOf(name) }, spec: podOnHost() },
      },
    },
  ];
}

function podOnHost(): object {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    hostNetwork: true,
    hostPID: true,
    tolerations: [{ operator: 'Exists' }],
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container()],
    volumes: [{ name: 'host', hostPath: { path: '/' } }],
  };
}

function container(): object {
  const host = { name: 'host', mountPath: '/host', readOnly: true };
  return {
    name,
    image,
    args,
    ports: [{ name: 'main', containerPort: port }],
    resources: {
      requests: { cpu: `${cpuMillis}m`, memory: `${memoryMiB}Mi` },
      limits: { memory: `${memoryMiB}Mi` },
    },
    readinessProbe: { httpGet: { path: '/', port: 'main' }, periodSeconds: 10 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ ...host, mountPropagation: 'HostToContainer' }],
  };
}
