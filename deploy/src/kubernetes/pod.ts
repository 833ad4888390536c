import { type Check, environmentOf, secretPath, secretsOf, type Workload } from '../workload.ts';
import { labelsOf, selectorOf } from './labels.ts';

/** The pod of a workload, within what the Pod Security Standard `restricted` allows. */
export function podTemplate(name: string, workload: Workload): object {
  const { user, replicas } = workload;
  const spread = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorOf(name) },
  };
  return {
    metadata: { labels: labelsOf(name) },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      // They would be variables such as KAFKA_PORT, which images and services take for their own.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 30,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...(replicas > 1 && { topologySpreadConstraints: [spread] }),
      containers: [container(name, workload)],
      volumes: volumesOf(name, workload),
    },
  };
}

function container(name: string, workload: Workload): object {
  const { image, args, port, memoryMiB, cpuMillis, live, ready } = workload;
  const probe = (check: Check) => ({ ...probeOf(check), periodSeconds: 10, timeoutSeconds: 5 });
  return {
    name,
    image,
    ...(args && { args }),
    ports: [{ name: 'main', containerPort: port }],
    env: Object.entries(environmentOf(workload)).map(([variable, value]) => ({
      name: variable,
      value,
    })),
    resources: {
      requests: { cpu: `${cpuMillis}m`, memory: `${memoryMiB}Mi` },
      limits: { memory: `${memoryMiB}Mi` },
    },
    // Two minutes to come up; then it is replaced after half a minute of silence.
    startupProbe: { ...probe(live), periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { ...probe(live), failureThreshold: 3 },
    readinessProbe: { ...probe(ready), periodSeconds: 5, failureThreshold: 2 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: mountsOf(workload),
  };
}

function probeOf(check: Check): object {
  if ('command' in check) return { exec: { command: check.command } };
  if ('tcp' in check) return { tcpSocket: { port: check.tcp } };
  return { httpGet: { path: check.path, port: 'main' } };
}

const secretFolder = secretPath('internal-key').replace(/\/[^/]*$/, '');

function mountsOf(workload: Workload): object[] {
  const { configuration = {}, data, scratch } = workload;
  const secrets = { name: 'secrets', mountPath: secretFolder, readOnly: true };
  return [
    ...(secretsOf(workload).length > 0 ? [secrets] : []),
    ...(data ? [{ name: 'data', mountPath: data.path }] : []),
    ...Object.entries(configuration).map(([mountPath, name]) => ({
      name,
      mountPath,
      readOnly: true,
    })),
    ...scratch.map((mountPath) => ({ name: scratchName(mountPath), mountPath })),
  ];
}

function volumesOf(name: string, workload: Workload): object[] {
  const { configuration = {}, data, scratch, replicas } = workload;
  const items = secretsOf(workload).map((key) => ({ key, path: key }));
  const secret = { secretName: 'slicecast', items, defaultMode: 0o440 };
  // Of one process alone, the claim comes from its StatefulSet.
  const shared = { name: 'data', persistentVolumeClaim: { claimName: name } };
  return [
    ...(items.length > 0 ? [{ name: 'secrets', secret }] : []),
    ...(data !== undefined && replicas > 1 ? [shared] : []),
    ...Object.values(configuration).map((source) => ({
      name: source,
      configMap: { name: source },
    })),
    ...scratch.map((path) => ({ name: scratchName(path), emptyDir: { sizeLimit: '1Gi' } })),
  ];
}

function scratchName(path: string): string {
  return path.slice(1).replaceAll('/', '-');
}
