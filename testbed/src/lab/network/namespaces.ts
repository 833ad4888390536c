import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bridge, type Layout, management, roles, shapedLink } from './layout.ts';

const run = promisify(execFile);

/** The namespaces with their links, up and addressed; what reads feel is not shaped yet. */
export async function makeNetwork(ip: string, layout: Layout): Promise<void> {
  const { namespaces, addresses, linkAddresses, hostLink } = layout;
  const { monitor, server, client } = namespaces;
  const inside = (namespace: string, ...words: string[]) => run(ip, ['-n', namespace, ...words]);
  for (const role of roles) {
    await run(ip, ['netns', 'add', namespaces[role]]);
    await inside(namespaces[role], 'link', 'set', 'lo', 'up');
  }
  await inside(monitor, 'link', 'add', bridge, 'type', 'bridge');
  await inside(monitor, 'addr', 'add', `${addresses.monitor}/24`, 'dev', bridge);
  await inside(monitor, 'link', 'set', bridge, 'up');

  const join = async (port: string) => {
    await inside(monitor, 'link', 'set', port, 'master', bridge);
    await inside(monitor, 'link', 'set', port, 'up');
  };
  await veth(ip, [hostLink, null], ['host', monitor]);
  await run(ip, ['addr', 'add', `${addresses.host}/24`, 'dev', hostLink]);
  await run(ip, ['link', 'set', hostLink, 'up']);
  await join('host');
  for (const role of ['server', 'client'] as const) {
    await veth(ip, [management, namespaces[role]], [role, monitor]);
    await inside(namespaces[role], 'addr', 'add', `${addresses[role]}/24`, 'dev', management);
    await inside(namespaces[role], 'link', 'set', management, 'up');
    await join(role);
  }

  await veth(ip, [shapedLink, server], [shapedLink, client]);
  for (const role of ['server', 'client'] as const) {
    await inside(namespaces[role], 'addr', 'add', `${linkAddresses[role]}/30`, 'dev', shapedLink);
    await inside(namespaces[role], 'link', 'set', shapedLink, 'up');
  }
}

/** Addresses that the host has now. */
export async function hostAddresses(ip: string): Promise<readonly string[]> {
  const { stdout } = await run(ip, ['-4', '-o', 'addr', 'show']);
  return stdout.split('\n').flatMap((line) => /\binet ([\d.]+)/.exec(line)?.[1] ?? []);
}

/** Names of all namespaces and all links of the host. */
export async function namesInUse(ip: string): Promise<readonly string[]> {
  const namespaces = await run(ip, ['netns', 'list']);
  const links = await run(ip, ['-o', 'link', 'show']);
  return [
    ...namespaces.stdout.split('\n').map((line) => line.split(' ')[0] ?? ''),
    ...links.stdout.split('\n').map((line) => /^\d+: ([^:@]+)/.exec(line)?.[1] ?? ''),
  ];
}

type End = readonly [name: string, namespace: string | null];

/** null: in the host's own namespace. */
async function veth(ip: string, [name, of]: End, [peer, peerOf]: End): Promise<void> {
  const where = (namespace: string | null) => (namespace === null ? [] : ['netns', namespace]);
  const first = ['link', 'add', name, ...where(of), 'type', 'veth'];
  await run(ip, [...first, 'peer', 'name', peer, ...where(peerOf)]);
}
