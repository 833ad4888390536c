import type { SshAccess, TrafficControl } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import { type HostNames, nameOf } from './per-host.ts';

/** One interface, and how tc is run where it is. */
export interface Link {
  /** As errors name it. */
  readonly title: string;
  readonly device: string;
  /** The argv up to and with `tc`, each element free of what a remote shell would read. */
  readonly tc: readonly string[];
}

const device = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,14}$/;
const namespace = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$/;
const address = /^[A-Za-z0-9:[][A-Za-z0-9.:_%\]-]{0,254}$/;

/**
 * The interfaces of a slice's hosts, each once: on this machine several hosts may share one.
 *
 * @throws AppError `actuator-parameter` for a host without a name in the operator's file, or no host at all
 */
export function linksOf(definition: TrafficControl, hosts: readonly string[]): readonly Link[] {
  const links = chosenOf(definition, hosts).map((host) => linkOf(definition, host));
  return [...new Map(links.map((link) => [[...link.tc, link.device].join(' '), link])).values()];
}

function chosenOf({ name, hosts: chosen }: TrafficControl, hosts: readonly string[]) {
  if (chosen === undefined) return hosts;
  const found = hosts.filter((host) => chosen.includes(host));
  if (found.length > 0) return found;
  const message = `actuator ${name} changes only ${chosen.join(', ')}, of which the slice has none: set hosts in the operator's file`;
  throw new AppError(message, { status: 422, code: 'actuator-parameter' });
}

function linkOf(definition: TrafficControl, host: string): Link {
  const { interface: names, where, sudo = false } = definition;
  const tc = sudo ? ['sudo', '-n', 'tc'] : ['tc'];
  const actuator = definition.name;
  const name = (each: Omit<HostNames, 'actuator'>) => nameOf({ actuator, ...each }, host);
  const own = name({ field: 'interface', names, pattern: device });
  if (where === 'local') return { title: `${own} of this machine`, device: own, tc };
  if ('namespace' in where) {
    const field = 'where.namespace';
    const inside = name({ field, names: where.namespace, pattern: namespace });
    const title = `${own} of host ${host} (namespace ${inside})`;
    return { title, device: own, tc: [...tc, '-n', inside] };
  }
  const { address: addresses = '{host}' } = where.ssh;
  const target = name({ field: 'where.ssh.address', names: addresses, pattern: address });
  return { title: `${own} of host ${host}`, device: own, tc: [...ssh(where.ssh, target), ...tc] };
}

/** Nothing of a user's own ssh configuration counts, nothing is asked, and no unknown host is taken. */
function ssh({ user, keyFile, knownHostsFile, port = 22 }: SshAccess, target: string): string[] {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    // In ssh's own form, for a path with a space in it.
    `UserKnownHostsFile="${knownHostsFile}"`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'PreferredAuthentications=publickey',
    'ClearAllForwardings=yes',
    'ConnectTimeout=5',
  ].flatMap((option) => ['-o', option]);
  // ssh takes an IPv6 address as it is, without its brackets.
  const bare = target.replace(/^\[(.*)\]$/, '$1');
  return ['ssh', '-F', 'none', ...options, '-i', keyFile, '-p', String(port), '-l', user, bare];
}
