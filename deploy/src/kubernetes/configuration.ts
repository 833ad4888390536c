import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ports } from '../ports.ts';
import { prometheusConfig } from '../prometheus-config.ts';
import { services } from '../services.ts';
import type { ConfigurationName } from '../workload.ts';
import { metadataOf } from './labels.ts';
import { nodeNamespace } from './node-exporter.ts';
import { replicasOf } from './workload-objects.ts';

const root = join(import.meta.dirname, '../../..');

/** A ConfigMap for each folder of configuration, with the files that Compose mounts. */
export function configurationObjects(): object[] {
  const data: Readonly<Record<ConfigurationName, Readonly<Record<string, string>>>> = {
    operator: filesOf('deploy/operator'),
    prometheus: { 'prometheus.yml': clusterPrometheus() },
    'grafana-datasources': filesOf('dashboards/provisioning/datasources'),
    'grafana-providers': filesOf('dashboards/provisioning/dashboards'),
    'grafana-dashboards': filesOf('dashboards/generated'),
  };
  return Object.entries(data).map(([name, files]) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf(name),
    data: files,
  }));
}

function clusterPrometheus(): string {
  const names = [`node-exporter.${nodeNamespace}`];
  return prometheusConfig({
    replicasOf: (name) => replicasOf(name, services[name]),
    nodes: { dns_sd_configs: [{ names, type: 'A', port: ports['node-exporter'] }] },
  });
}

function filesOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(join(root, folder)).sort();
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(root, folder, name), 'utf8')]),
  );
}
