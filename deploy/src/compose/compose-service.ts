import { isService } from '../ports.ts';
import { servers } from '../servers.ts';
import {
  type Check,
  type ConfigurationName,
  environmentOf,
  secretPath,
  secretsOf,
  type Workload,
} from '../workload.ts';

/** A container in the Compose file. */
export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly healthcheck?: object;
  readonly [key: string]: unknown;
}

/** Where the files are on the host. */
const folders: Readonly<Record<ConfigurationName, string>> = {
  operator: fromEnvironment('SLICECAST_FOLDER', './deploy/operator'),
  prometheus: './deploy/prometheus',
  'grafana-datasources': './dashboards/provisioning/datasources',
  'grafana-providers': './dashboards/provisioning/dashboards',
  'grafana-dashboards': './dashboards/generated',
};

export function composeService(name: string, workload: Workload): ComposeService {
  const { image, args, user, port, configuration = {}, data, scratch, open } = workload;
  const mounts = Object.entries(configuration).map(
    ([path, source]) => `${folders[source]}:${path}:ro`,
  );
  const volumes = [...mounts, ...(data ? [`${name}:${data.path}`] : [])];
  const secrets = secretsOf(workload).map((source) => ({ source, target: secretPath(source) }));
  return {
    image,
    ...(args && { command: args.map(literal) }),
    user: `${user}:${user}`,
    ...some('environment', environmentOf(workload)),
    ...some('secrets', secrets),
    ...some('volumes', volumes),
    ...some(
      'tmpfs',
      scratch.map((path) => `${path}:mode=1777`),
    ),
    // Reached from this machine alone; a proxy with TLS goes in front of it.
    ...(open && { ports: [`127.0.0.1:${port}:${port}`] }),
    ...some('depends_on', startsAfter(workload)),
    ...healthOf(name, workload),
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    mem_limit: `${workload.memoryMiB}m`,
    pids_limit: 512,
    stop_grace_period: '30s',
    restart: 'unless-stopped',
  };
}

/** Servers come first. Services wait for each other by themselves: /ready says for whom. */
function startsAfter({ calls }: Workload): object {
  const healthy = { condition: 'service_healthy' };
  const needed = calls.filter((name) => name in servers && !perHost.has(name));
  return Object.fromEntries(needed.map((name) => [name, healthy]));
}

/** Nothing waits for what only measures the host. */
const perHost = new Set(['node-exporter', 'prometheus']);

/** Slicecast's own images bring their check along. */
function healthOf(name: string, { ready, port }: Workload): object {
  if (isService(name) || name === 'recorded-prometheus') return {};
  const test = ['CMD', ...commandOf(ready, port)];
  return {
    healthcheck: { test, interval: '5s', timeout: '5s', retries: 12, start_period: '60s' },
  };
}

function commandOf(check: Check, port: number): readonly string[] {
  if ('command' in check) return check.command;
  if ('tcp' in check) return ['bash', '-c', `</dev/tcp/127.0.0.1/${check.tcp}`];
  const url = `http://127.0.0.1:${port}${check.path}`;
  return ['wget', '-qO', '/dev/null', url];
}

/** What Compose takes from its own environment, or from the file of `--env-file`. */
export function fromEnvironment(variable: string, fallback: string): string {
  return `\${${variable}:-${fallback}}`;
}

/** Compose fills in what follows a dollar; doubled it stands for itself. */
function literal(text: string): string {
  return text.replaceAll('$', () => '$$');
}

function some(key: string, value: object): object {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}
