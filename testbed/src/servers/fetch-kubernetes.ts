import { execFile } from 'node:child_process';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchOnce } from './cache.ts';
import { requireProgram } from './find-program.ts';
import { ServerUnavailable } from './server-unavailable.ts';

const run = promisify(execFile);
const minor = '30.14';
/** The Go that this release asks for at least. */
const goMinor = 22;
const goToolchain = `go1.${goMinor}.12`;

/** The API server's program in the cache, built from its Go module: some minutes, once. */
export async function fetchKubernetes(): Promise<string> {
  return fetchOnce(`kubernetes-1.${minor}`, async (folder) => {
    const remedy = `Install Go, once, to build Kubernetes (1.${goMinor} or later spares fetching one).`;
    const installed = await requireProgram('kubernetes', 'go', remedy);
    try {
      await writeFile(join(folder, 'go.mod'), goModule());
      const go = await findGo(installed, folder);
      const build = ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', folder];
      await run(go, [...build, 'k8s.io/kubernetes/cmd/kube-apiserver'], {
        cwd: folder,
        env: { ...process.env, GOTOOLCHAIN: 'local' },
        maxBuffer: 2 ** 26,
      });
    } catch (error) {
      throw new ServerUnavailable(
        'kubernetes',
        `Go did not build version 1.${minor}`,
        'See that Go reaches its module proxy.',
        error,
      );
    }
  });
}

/** The Go that is installed, or, where that is too old, a newer one from the module proxy. */
async function findGo(installed: string, cwd: string): Promise<string> {
  const ask = async (...args: string[]) => (await run(installed, args, { cwd })).stdout.trim();
  const version = await ask('env', 'GOVERSION');
  if (Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0) >= goMinor) return installed;
  const platform = (await ask('env', 'GOHOSTOS', 'GOHOSTARCH')).replace(/\s+/, '-');
  const module = `golang.org/toolchain@v0.0.1-${goToolchain}.${platform}`;
  const { Dir: folder } = JSON.parse(await ask('mod', 'download', '-json', module));
  // A module holds no executable files: Go, where it fetches one by itself, does the same.
  const tools = join(folder, 'pkg', 'tool', platform.replace('-', '_'));
  for (const programs of [join(folder, 'bin'), tools]) {
    for (const name of await readdir(programs)) await chmod(join(programs, name), 0o755);
  }
  return join(folder, 'bin', 'go');
}

/** Kubernetes' own module names its parts by folders beside it; for others they are modules of version 0. */
function goModule(): string {
  const replaced = parts.map((part) => `replace k8s.io/${part} => k8s.io/${part} v0.${minor}`);
  return `module slicecast/kubernetes
go 1.${goMinor}
require k8s.io/kubernetes v1.${minor}
${replaced.join('\n')}
`;
}

const parts = [
  'api',
  'apiextensions-apiserver',
  'apimachinery',
  'apiserver',
  'cli-runtime',
  'client-go',
  'cloud-provider',
  'cluster-bootstrap',
  'code-generator',
  'component-base',
  'component-helpers',
  'controller-manager',
  'cri-api',
  'csi-translation-lib',
  'dynamic-resource-allocation',
  'endpointslice',
  'kms',
  'kube-aggregator',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubectl',
  'kubelet',
  'legacy-cloud-providers',
  'metrics',
  'mount-utils',
  'pod-security-admission',
  'sample-apiserver',
  'sample-cli-plugin',
  'sample-controller',
];
