import { servers } from '../servers.ts';
import { labelsOf, selectorOf } from './labels.ts';

const name = 'node-exporter';
export const nodeNamespace = 'slicecast-nodes';

/** One on each node, in a namespace of its own: it reads the host, which `restricted` forbids. */
export function nodeExporterObjects(): object[] {
  const { image, args, port, user, memoryMiB, cpuMillis } = servers[name];
  const metadata = { name, namespace: nodeNamespace, labels: labelsOf(name) };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: nodeNamespace,
        labels: { 'pod-security.kubernetes.io/enforce': 'privileged' },
      },
    },
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
        template: {
          metadata: { labels: labelsOf(name) },
          spec: {
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
            containers: [
              {
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
                volumeMounts: [
                  {
                    name: 'host',
                    mountPath: '/host',
                    readOnly: true,
                    mountPropagation: 'HostToContainer',
                  },
                ],
              },
            ],
            volumes: [{ name: 'host', hostPath: { path: '/' } }],
          },
        },
      },
    },
  ];
}
