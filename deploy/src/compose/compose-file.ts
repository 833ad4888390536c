import { demo } from '../demo.ts';
import { ports } from '../ports.ts';
import { servers } from '../servers.ts';
import { services } from '../services.ts';
import { secretNames, type Workload } from '../workload.ts';
import { composeService, fromEnvironment } from './compose-service.ts';

const build = { context: '.' };

/** The Compose file as an object. */
export function composeFile(): object {
  const everyone = { ...servers, ...services, ...demo };
  return {
    name: 'slicecast',
    services: {
      ...mapValues(servers, (server, name) => composeService(name, server)),
      prometheus: {
        ...composeService('prometheus', servers.prometheus),
        // The node exporter is in the host's network: elsewhere it would count its own packets.
        extra_hosts: ['node-exporter:host-gateway'],
      },
      'node-exporter': nodeExporter(),
      ...mapValues(services, (service, name) => ({
        build: { ...build, target: 'services' },
        ...composeService(name, service),
      })),
      ...mapValues(demo, (workload, name) => ({
        profiles: ['demo'],
        build: { ...build, target: name },
        ...composeService(name, workload),
      })),
    },
    volumes: Object.fromEntries(
      Object.entries<Workload>(everyone)
        .filter(([, { data }]) => data !== undefined)
        .map(([name]) => [name, {}]),
    ),
    secrets: Object.fromEntries(secretNames.map((name) => [name, { file: `./secrets/${name}` }])),
  };
}

/** It listens where containers reach the host and nobody else does. */
function nodeExporter(): object {
  const name = 'node-exporter';
  const listen = `${fromEnvironment('NODE_EXPORTER_ADDRESS', '172.17.0.1')}:${ports[name]}`;
  const { command, healthcheck, ...service } = composeService(name, servers[name]);
  return {
    ...service,
    network_mode: 'host',
    pid: 'host',
    volumes: ['/:/host:ro,rslave'],
    command: [...(command ?? []), `--web.listen-address=${listen}`],
    healthcheck: { ...healthcheck, test: ['CMD', 'wget', '-qO', '/dev/null', `http://${listen}/`] },
  };
}

function mapValues<Key extends string, From, To>(
  from: Readonly<Record<Key, From>>,
  to: (value: From, key: Key) => To,
): Record<Key, To> {
  const entries = Object.entries<From>(from).map(([key, value]) => [key, to(value, key as Key)]);
  return Object.fromEntries(entries) as Record<Key, To>;
}
