import type { TrafficControl } from '@slicecast/contracts';

/** What to do about what tc or ssh said; empty where that says it itself. */
export function remedyOf(said: string, { where, interface: device }: TrafficControl): string {
  const ssh = typeof where === 'object' && 'ssh' in where ? where.ssh : undefined;
  const remedies: readonly (readonly [RegExp, string])[] = [
    [
      /operation not permitted|permission denied$/im,
      'tc needs CAP_NET_ADMIN: run it as root, or set sudo: true and let the user run tc',
    ],
    [
      /cannot find device/i,
      `set interface to one that the host has, not ${JSON.stringify(device)}`,
    ],
    [
      /cannot open network namespace/i,
      'make the namespace, or set where.namespace to one there is',
    ],
    [/a password is required/i, 'let the user run tc without a password (NOPASSWD in sudoers)'],
    [/qdisc kind is unknown/i, 'load the kernel module sch_tbf there'],
    [
      /host key verification failed/i,
      `put the host's key, once compared, into ${ssh?.knownHostsFile} (ssh-keyscan shows it)`,
    ],
    [
      /permission denied \(/i,
      `put the public key of ${ssh?.keyFile} into authorized_keys of ${ssh?.user} on the host`,
    ],
    [/tc: (command )?not found|tc ENOENT/i, 'install iproute2 there'],
    [/ssh ENOENT/, 'install the OpenSSH client here'],
  ];
  const found = remedies.find(([pattern]) => pattern.test(said));
  return found === undefined ? '' : `; ${found[1]}`;
}
