import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from '../../testbed/src/servers/find-program.ts';
import { freePort } from '../../testbed/src/servers/free-port.ts';
import { type ServerProcess, startServer } from '../../testbed/src/servers/server-process.ts';

const run = promisify(execFile);

/** An OpenSSH server of this machine that is several hosts: each address leads into a namespace. */
export interface Sshd {
  readonly server: ServerProcess;
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
}

/**
 * @param namespaces by loopback address, the network namespace that its commands run in
 * @throws ServerUnavailable without OpenSSH's server
 */
export async function startSshd(namespaces: Readonly<Record<string, string>>): Promise<Sshd> {
  const remedy = "Install OpenSSH's server (Debian: openssh-server).";
  // sshd wants to be started by its full path.
  const program = await requireProgram('sshd', 'sshd', remedy, ['/usr/sbin']);
  const port = await freePort();
  const addresses = Object.keys(namespaces);
  const server = await startServer('sshd', async (folder) => {
    for (const name of ['host_key', 'user_key']) {
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    }
    await writeFile(join(folder, 'authorized_keys'), await readFile(join(folder, 'user_key.pub')));
    const hostKey = await readFile(join(folder, 'host_key.pub'), 'utf8');
    const known = addresses.map((address) => `[${address}]:${port} ${hostKey}`);
    await writeFile(join(folder, 'known_hosts'), known.join(''));
    // Where sshd's unprivileged part is shut in; its service makes it at each start of the machine.
    await mkdir('/run/sshd', { recursive: true });
    await chmod(folder, 0o700);
    const configuration = join(folder, 'sshd_config');
    await writeFile(configuration, configurationOf(folder, port, namespaces));
    return {
      address: `127.0.0.1:${port}`,
      command: [program, '-D', '-e', '-f', configuration],
      checkReady: () => accepts(port),
    };
  });
  const file = (name: string) => join(server.folder, name);
  return {
    server,
    port,
    user: userInfo().username,
    keyFile: file('user_key'),
    knownHostsFile: file('known_hosts'),
  };
}

function configurationOf(
  folder: string,
  port: number,
  namespaces: Readonly<Record<string, string>>,
): string {
  const entries = Object.entries(namespaces);
  const listen = entries.map(([address]) => `ListenAddress ${address}:${port}`);
  const inside = entries.map(
    ([address, namespace]) => `Match LocalAddress ${address}
  ForceCommand exec ip netns exec ${namespace} sh -c "$SSH_ORIGINAL_COMMAND"`,
  );
  return `${listen.join('\n')}
HostKey ${join(folder, 'host_key')}
AuthorizedKeysFile ${join(folder, 'authorized_keys')}
PidFile none
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
${inside.join('\n')}
`;
}

function accepts(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
