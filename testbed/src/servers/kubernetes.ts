import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { fetchKubernetes } from './fetch-kubernetes.ts';
import { requireProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { requireAnswer } from './require-answer.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** The API server of Kubernetes on an etcd of its own, with RBAC; no controllers, no nodes. */
export interface Kubernetes {
  readonly address: string;
  readonly folder: string;
  /** The file of one who may do everything. */
  readonly kubeconfigFile: string;
  /** The file of an account of a namespace, which may do what it is bound to. */
  kubeconfigOf(namespace: string, account: string): Promise<string>;
  stop(): Promise<void>;
}

/** @param accounts `namespace/name` of those that `kubeconfigOf` is asked for */
export async function startKubernetes(accounts: readonly string[]): Promise<Kubernetes> {
  const etcd = await startEtcd();
  try {
    const program = join(await fetchKubernetes(), 'kube-apiserver');
    const users = new Map(['admin', ...accounts].map((name) => [name, token()]));
    const server = await startApiServer(program, etcd.address, users);
    const kubeconfigOf = (user: string) => writeKubeconfig(server, user, users.get(user));
    return {
      address: server.address,
      folder: server.folder,
      kubeconfigFile: await kubeconfigOf('admin'),
      kubeconfigOf: (namespace, account) => kubeconfigOf(`${namespace}/${account}`),
      async stop() {
        await server.stop();
        await etcd.stop();
      },
    };
  } catch (error) {
    await etcd.stop();
    throw error;
  }
}

async function startEtcd(): Promise<ServerProcess> {
  const remedy = 'Install etcd 3.4 or later (Debian: etcd-server).';
  const program = await requireProgram('kubernetes', 'etcd', remedy);
  return startServer('etcd', async (folder) => {
    const address = `http://127.0.0.1:${await freePort()}`;
    const peers = `http://127.0.0.1:${await freePort()}`;
    return {
      address,
      command: [
        program,
        `--data-dir=${join(folder, 'data')}`,
        `--listen-client-urls=${address}`,
        `--advertise-client-urls=${address}`,
        `--listen-peer-urls=${peers}`,
        `--initial-advertise-peer-urls=${peers}`,
        `--initial-cluster=default=${peers}`,
      ],
      checkReady: () => requireAnswer(`${address}/health`),
    };
  });
}

function startApiServer(
  program: string,
  etcd: string,
  users: ReadonlyMap<string, string>,
): Promise<ServerProcess> {
  return startServer('kubernetes', async (folder) => {
    const port = await freePort();
    const address = `https://127.0.0.1:${port}`;
    const key = join(folder, 'accounts.key');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(key, privateKey.export({ type: 'pkcs1', format: 'pem' }));
    const tokens = join(folder, 'tokens.csv');
    await writeFile(tokens, [...users].map(tokenLine).join(''));
    return {
      address,
      command: [
        program,
        `--etcd-servers=${etcd}`,
        '--bind-address=127.0.0.1',
        `--secure-port=${port}`,
        `--cert-dir=${join(folder, 'certificates')}`,
        `--token-auth-file=${tokens}`,
        '--authorization-mode=RBAC',
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${key}`,
        `--service-account-signing-key-file=${key}`,
        '--service-cluster-ip-range=10.0.0.0/24',
        // Nobody reaches this server by a service's address.
        '--advertise-address=10.0.0.1',
        '--endpoint-reconciler-type=none',
      ],
      checkReady: () => askReady(folder, port),
    };
  });
}

const token = () => randomBytes(16).toString('hex');

/** Token, user, uid, groups. An account of a namespace is named as its own tokens would name it. */
function tokenLine([name, secret]: readonly [string, string]): string {
  const [namespace, account] = name.split('/');
  if (account === undefined) return `${secret},${name},${name},system:masters\n`;
  return `${secret},system:serviceaccount:${namespace}:${account},${name},system:serviceaccounts\n`;
}

/** The certificate that the server makes for itself holds its authority as well. */
const certificateOf = (folder: string) => join(folder, 'certificates', 'apiserver.crt');

async function askReady(folder: string, port: number): Promise<void> {
  const ca = await readFile(certificateOf(folder));
  const options = { host: '127.0.0.1', port, path: '/readyz', ca, timeout: 2_000 };
  await new Promise<void>((resolve, reject) => {
    const asked = request(options, (answer) => {
      answer.resume();
      if (answer.statusCode === 200) answer.on('end', resolve);
      else reject(new Error(`/readyz answered ${answer.statusCode}`));
    });
    asked.on('timeout', () => asked.destroy(new Error('/readyz did not answer')));
    asked.on('error', reject).end();
  });
}

async function writeKubeconfig(
  { address, folder }: ServerProcess,
  user: string,
  secret: string | undefined,
): Promise<string> {
  if (secret === undefined) throw new Error(`there is no account ${user}`);
  const file = join(folder, `${user.replace('/', '-')}.kubeconfig`);
  const cluster = { server: address, 'certificate-authority': certificateOf(folder) };
  const configuration = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'user', user: { token: secret } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'user' } }],
    'current-context': 'test',
  };
  await writeFile(file, JSON.stringify(configuration));
  return file;
}
