import { type Labels, seriesHash } from '@slicecast/contracts';

export const hosts = ['107', '108', '109', '113', '116'].map((last) => `192.168.0.${last}`);

const metrics = [
  'node_sockstat_TCP_alloc',
  'node_sockstat_TCP_inuse',
  'node_netstat_Tcp_CurrEstab',
  'node_sockstat_sockets_used',
];

/** Labels of the recorded columns by the hash that names them: four metrics on five hosts, and one collector's time. */
export function recordedLabels(): ReadonlyMap<string, Labels> {
  const all: Labels[] = metrics.flatMap((name) =>
    hosts.map((host) => ({ __name__: name, instance: `${host}:9100`, job: 'node' })),
  );
  all.push({
    __name__: 'node_scrape_collector_duration_seconds',
    collector: 'mdadm',
    instance: '192.168.0.116:9100',
    job: 'node',
  });
  return new Map(all.map((labels) => [seriesHash(labels), labels]));
}
