/** One kind of container and what it needs, whatever runs it: Compose and Kubernetes are written from it. */
export interface Workload {
  readonly image: string;
  /** What the image's entry point gets instead of its own arguments. */
  readonly args?: readonly string[];
  /** Of the process, and of the files that it writes. */
  readonly user: number;
  /** It listens here. */
  readonly port: number;
  /** Processes that share the work; Compose runs one. */
  readonly replicas: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that name the file of a secret, and the secret. */
  readonly secretFiles?: Readonly<Record<string, SecretName>>;
  /** Secrets that a configuration names by their path. */
  readonly secrets?: readonly SecretName[];
  /** Folders of configuration, by where they are mounted. */
  readonly configuration?: Readonly<Record<string, ConfigurationName>>;
  /** Folder whose content outlives the container; replicas share it. */
  readonly data?: { readonly path: string; readonly sizeGiB: number };
  /** Folders that may be written to and are empty at every start; all else is read-only. */
  readonly scratch: readonly string[];
  readonly live: Check;
  readonly ready: Check;
  /** Whom it calls: nothing else is let through. */
  readonly calls: readonly string[];
  /** Whether it calls addresses that its users name: callbacks, metric sources, orchestrators. */
  readonly callsOutside?: boolean;
  /** Whether people and tenants' programs call it. */
  readonly open?: boolean;
  /** At most; of CPU, what is set aside. */
  readonly memoryMiB: number;
  readonly cpuMillis: number;
}

/** GET that answers 2xx, a port that takes connections, or a command that ends with 0. */
export type Check =
  | { readonly path: string }
  | { readonly tcp: number }
  | { readonly command: readonly string[] };

/** Files of the folder `secrets/`, and keys of the Secret `slicecast`. */
export const secretNames = [
  'database-password',
  'database-url',
  'grafana-password',
  'influx-password',
  'influx-token',
  'internal-key',
  'receive-token',
] as const;
export type SecretName = (typeof secretNames)[number];

export type ConfigurationName =
  | 'operator'
  | 'prometheus'
  | 'grafana-datasources'
  | 'grafana-providers'
  | 'grafana-dashboards';

/** Where each secret is inside a container. */
export function secretPath(name: SecretName): string {
  return `/run/slicecast/${name}`;
}

/** The variables of a container as the files give them, secrets as paths. */
export function environmentOf(workload: Workload): Readonly<Record<string, string>> {
  const secrets = Object.entries(workload.secretFiles ?? {}).map(([variable, secret]) => [
    variable,
    secretPath(secret),
  ]);
  return { ...workload.environment, ...Object.fromEntries(secrets) };
}

/** Every secret that a container reads. */
export function secretsOf(workload: Workload): readonly SecretName[] {
  const named = [...Object.values(workload.secretFiles ?? {}), ...(workload.secrets ?? [])];
  return [...new Set(named)].sort();
}
