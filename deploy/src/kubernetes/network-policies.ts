import { servers } from '../servers.ts';
import { services } from '../services.ts';
import type { Workload } from '../workload.ts';
import { clientLabel, metadataOf, namespace, selectorOf } from './labels.ts';

const everyone: Readonly<Record<string, Workload>> = { ...services, ...servers };
const dnsPorts = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 }));
const publicAddresses = [
  {
    cidr: '0.0.0.0/0',
    except: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  },
  { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] },
];

/** Nothing is let through but what the workloads' own policies name, and questions for addresses. */
export function defaultPolicy(): object {
  const dns = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default', namespace },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      egress: [{ to: [dns], ports: dnsPorts }],
    },
  };
}

/** Calls in, from those whose row names this workload; calls out, to those that its own row names. */
export function networkPolicy(name: string, workload: Workload): object {
  const callers = Object.keys(everyone).filter((other) => everyone[other]?.calls.includes(name));
  const from = [
    ...callers.map(pods),
    ...(workload.open ? [{ namespaceSelector: { matchLabels: clientLabel } }] : []),
  ];
  const ports = [{ protocol: 'TCP', port: workload.port }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(name),
    spec: {
      podSelector: { matchLabels: selectorOf(name) },
      policyTypes: ['Ingress', 'Egress'],
      ...(from.length > 0 && { ingress: [{ from, ports }] }),
      egress: [
        ...workload.calls.map(egressTo),
        ...(workload.callsOutside ? [toPublicAddresses()] : []),
      ],
    },
  };
}

/** The node exporters are in their nodes' network, where policies know addresses alone. */
function egressTo(name: string): object {
  const ports = [{ protocol: 'TCP', port: everyone[name]?.port }];
  return name === 'node-exporter' ? { ports } : { to: [pods(name)], ports };
}

function toPublicAddresses(): object {
  return {
    to: publicAddresses.map((ipBlock) => ({ ipBlock })),
    ports: [80, 443].map((port) => ({ protocol: 'TCP', port })),
  };
}

function pods(name: string): object {
  return { podSelector: { matchLabels: selectorOf(name) } };
}
