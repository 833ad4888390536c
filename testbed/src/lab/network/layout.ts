import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Role = 'monitor' | 'server' | 'client';
export const roles: readonly Role[] = ['monitor', 'server', 'client'];

/**
 * Names and addresses of one lab. `monitor` holds Prometheus and the bridge of the management network,
 * which the host and the other two are on; reads go over a link of their own from `client` to `server`.
 */
export interface Layout {
  /** Six hexadecimal digits. */
  readonly id: string;
  readonly folder: string;
  readonly namespaces: Readonly<Record<Role, string>>;
  /** The host's end of the management network. */
  readonly hostLink: string;
  /** On the management network. */
  readonly addresses: Readonly<Record<Role | 'host', string>>;
  /** On the link that is shaped. */
  readonly linkAddresses: Readonly<Record<'server' | 'client', string>>;
}

/** Interfaces inside the namespaces. */
export const bridge = 'lab';
export const management = 'mgmt';
export const shapedLink = 'data';

const namespacePattern = /^slicecast-lab-([0-9a-f]{6})-(?:monitor|server|client)$/;
const hostLinkPattern = /^sclab-([0-9a-f]{6})$/;

/** @param net 0 to 255: both networks are of 198.18.0.0/15, which RFC 2544 sets aside for test beds */
export function layoutOf(id: string, net: number): Layout {
  const inside = (host: number) => `198.18.${net}.${host}`;
  return {
    id,
    folder: join(tmpdir(), `slicecast-lab-${id}`),
    namespaces: {
      monitor: namespaceOf(id, 'monitor'),
      server: namespaceOf(id, 'server'),
      client: namespaceOf(id, 'client'),
    },
    hostLink: `sclab-${id}`,
    addresses: { host: inside(1), monitor: inside(2), server: inside(3), client: inside(4) },
    linkAddresses: { server: `198.19.${net}.1`, client: `198.19.${net}.2` },
  };
}

export function namespaceOf(id: string, role: Role): string {
  return `slicecast-lab-${id}-${role}`;
}

/** The lab that a namespace or a link of the host belongs to; undefined when it is none of a lab. */
export function labOfName(name: string): string | undefined {
  return (namespacePattern.exec(name) ?? hostLinkPattern.exec(name))?.[1];
}

/** Nets of which the host has an address already. */
export function netsTaken(addresses: readonly string[]): ReadonlySet<number> {
  const nets = addresses.map((address) => /^198\.1[89]\.(\d+)\./.exec(address)?.[1]);
  return new Set(nets.filter((net) => net !== undefined).map(Number));
}
