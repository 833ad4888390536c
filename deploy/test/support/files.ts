import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export const root = join(import.meta.dirname, '../../..');

export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly { readonly source: string; readonly target: string }[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly build?: { readonly target: string };
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: object;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** An object of Kubernetes; the schemas' test says that it has the form of its kind. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Spec;
  readonly [field: string]: unknown;
}

export interface Spec {
  readonly replicas?: number;
  readonly template?: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: Pod;
  };
  readonly [field: string]: unknown;
}

export interface Pod {
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

export interface Container {
  readonly image: string;
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly livenessProbe?: Readonly<Record<string, unknown>>;
  readonly readinessProbe?: Readonly<Record<string, unknown>>;
  readonly resources: { readonly limits: object; readonly requests: object };
}

export interface Volume {
  readonly name: string;
  readonly secret?: {
    readonly items: readonly { readonly key: string; readonly path: string }[];
  };
  readonly configMap?: { readonly name: string };
  readonly persistentVolumeClaim?: object;
  readonly emptyDir?: object;
  readonly hostPath?: object;
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The Compose file as it is committed. */
export function readCompose(): ComposeFile {
  return parse(readText('docker-compose.yml'));
}

/** The objects in k8s/, or in a folder of it, as they are committed. */
export function readKubernetes(folder = 'k8s'): readonly KubernetesObject[] {
  return kubernetesPaths()
    .filter((path) => dirname(path) === folder)
    .flatMap((path) =>
      parseAllDocuments(readText(path)).map((document) => document.toJS() as KubernetesObject),
    );
}

/** Files of k8s/ and its folders that hold objects: all but the kustomizations. */
export function kubernetesPaths(): readonly string[] {
  return readdirSync(join(root, 'k8s'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('kustomization.yaml'))
    .map((name) => `k8s/${name}`);
}

/** What runs pods, by name. */
export function podsOf(objects: readonly KubernetesObject[]): ReadonlyMap<string, Pod> {
  return new Map(
    objects.flatMap(({ kind, metadata, spec }) =>
      ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind) && spec?.template !== undefined
        ? [[metadata.name, spec.template.spec] as const]
        : [],
    ),
  );
}
