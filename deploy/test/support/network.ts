import { BlockList } from 'node:net';
import { readKubernetes } from './files.ts';

interface Labels {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

interface Peer {
  readonly podSelector?: Labels;
  readonly namespaceSelector?: Labels;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[];
}

interface Policy {
  readonly podSelector: Labels;
  readonly policyTypes: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/** What the committed policies let through inside the namespace, as Kubernetes reads them: TCP to the port of the Service. */
export interface Network {
  lets(from: string, to: string): boolean;
  /** Into a workload, from a namespace with these labels. */
  letsIn(to: string, namespaceLabels: Readonly<Record<string, string>>): boolean;
  reachesAddress(from: string, address: string, port: number): boolean;
}

export function createNetwork(): Network {
  const objects = readKubernetes();
  const policies = objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    // The schemas' test says that it has this form.
    .map(({ spec }) => spec as unknown as Policy);
  const ports = new Map(
    objects
      .filter(({ kind }) => kind === 'Service')
      .map(({ metadata, spec }) => [metadata.name, portOf(spec?.ports)]),
  );

  /** Nothing restricts a pod that no policy of that kind selects; else one of their rules must fit. */
  function allowed(
    way: 'Ingress' | 'Egress',
    name: string,
    port: number | undefined,
    fits: (peer: Peer) => boolean,
  ): boolean {
    const own = policies.filter(
      ({ podSelector, policyTypes }) =>
        policyTypes.includes(way) && selects(podSelector, labelsOf(name)),
    );
    if (own.length === 0) return true;
    const rules = own.flatMap(
      ({ ingress, egress }) => (way === 'Ingress' ? ingress : egress) ?? [],
    );
    return rules.some(({ from, to, ports: open }) => {
      const peers = way === 'Ingress' ? from : to;
      const isOpen = open?.some((each) => each.protocol === 'TCP' && each.port === port) ?? true;
      return isOpen && (peers?.some(fits) ?? true);
    });
  }

  return {
    lets(from, to) {
      const isPod = (name: string) => (peer: Peer) =>
        peer.namespaceSelector === undefined &&
        peer.podSelector !== undefined &&
        selects(peer.podSelector, labelsOf(name));
      const port = ports.get(to);
      return allowed('Egress', from, port, isPod(to)) && allowed('Ingress', to, port, isPod(from));
    },
    letsIn: (to, labels) =>
      allowed('Ingress', to, ports.get(to), ({ namespaceSelector, podSelector }) =>
        namespaceSelector !== undefined && podSelector === undefined
          ? selects(namespaceSelector, labels)
          : false,
      ),
    reachesAddress: (from, address, port) =>
      allowed('Egress', from, port, ({ ipBlock }) => {
        if (ipBlock === undefined) return false;
        return isIn(ipBlock.cidr, address) && !ipBlock.except?.some((cidr) => isIn(cidr, address));
      }),
  };
}

function labelsOf(name: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'slicecast' };
}

/** An empty selector selects all. */
function selects({ matchLabels = {} }: Labels, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

function isIn(cidr: string, address: string): boolean {
  const [network = '', bits] = cidr.split('/');
  if (network.includes(':')) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(bits));
  return block.check(address);
}

function portOf(list: unknown): number | undefined {
  const [first] = Array.isArray(list) ? list : [];
  return first?.port;
}
