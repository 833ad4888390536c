import { stringify } from 'yaml';
import { ports, type ServiceName, serviceNames } from './ports.ts';

export interface PrometheusTargets {
  /** The name that resolves to every replica of a service. */
  readonly replicasOf: (service: ServiceName) => string;
  /** Where the node exporters are found. */
  readonly nodes: object;
}

/** `prometheus.yml`: each replica of each service, the machines, and Prometheus itself. */
export function prometheusConfig({ replicasOf, nodes }: PrometheusTargets): string {
  const scrapes = serviceNames.map((service) => ({
    job_name: service,
    dns_sd_configs: [
      { names: [replicasOf(service)], type: 'A', port: ports[service], refresh_interval: '10s' },
    ],
  }));
  return stringify({
    global: { scrape_interval: '5s', scrape_timeout: '4s' },
    scrape_configs: [
      ...scrapes,
      // Forecasts want fresh samples.
      { job_name: 'node', scrape_interval: '1s', scrape_timeout: '1s', ...nodes },
      {
        job_name: 'prometheus',
        static_configs: [{ targets: [`localhost:${ports.prometheus}`] }],
      },
    ],
  });
}
