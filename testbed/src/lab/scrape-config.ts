import type { Layout } from './network/layout.ts';

export const exporterPort = 9100;
export const prometheusPort = 9090;
export const servicePort = 7000;

/** What a lab's Prometheus scrapes: the node exporters of server and client. */
export function scrapeConfig({ addresses }: Pick<Layout, 'addresses'>, stepMs: number): string {
  const targets = [addresses.server, addresses.client].map((host) => `'${host}:${exporterPort}'`);
  return `global: { scrape_interval: ${stepMs}ms, scrape_timeout: ${stepMs}ms }
scrape_configs:
  - job_name: node
    static_configs: [{ targets: [${targets.join(', ')}] }]
`;
}

/** Of the exporter: what is a namespace's own (network), and some of the machine's, as a real one has. */
export const exporterFlags: readonly string[] = [
  '--collector.disable-defaults',
  ...['netdev', 'netstat', 'sockstat', 'softnet', 'cpu', 'loadavg', 'meminfo', 'stat'].map(
    (name) => `--collector.${name}`,
  ),
];
