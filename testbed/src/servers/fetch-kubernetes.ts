import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchOnce } from './cache.ts';
import { requireProgram } from './find-program.ts';
import { ServerUnavailable } from './server-unavailable.ts';

const run = promisify(execFile);
const minor = '30.14';

/** The API server's program in the cache, built from its Go module: some minutes, once. */
export async function fetchKubernetes(): Promise<string> {
  return fetchOnce(`kubernetes-1.${minor}`, async (folder) => {
    const go = await requireProgram(
      'kubernetes',
      'go',
      'Install Go 1.22 or later, once, to build Kubernetes.',
    );
    await writeFile(join(folder, 'go.mod'), goModule());
    const build = ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', folder];
    const program = 'k8s.io/kubernetes/cmd/kube-apiserver';
    await run(go, [...build, program], { cwd: folder, maxBuffer: 2 ** 26 }).catch(
      (error: unknown) => {
        throw new ServerUnavailable(
          'kubernetes',
          `Go did not build ${program} 1.${minor}`,
          'See that Go is 1.22 or later and reaches its module proxy.',
          error,
        );
      },
    );
  });
}

/** Kubernetes' own module names its parts by folders beside it; for others they are modules of version 0. */
function goModule(): string {
  const replaced = parts.map((part) => `replace k8s.io/${part} => k8s.io/${part} v0.${minor}`);
  return `module slicecast/kubernetes
go 1.22
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
