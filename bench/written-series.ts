import { seriesHash } from '@slicecast/contracts';
import { encode1, encode2 } from '../services/ima/test/fakes/remote-write.ts';

export const seriesCount = 2000;

/** Labels of the series of a request: 10 each, as a node exporter behind a service discovery has them. */
export const writtenSeries = Array.from({ length: seriesCount }, (_, index) => ({
  __name__: `node_network_receive_bytes_total_${index % 40}`,
  cluster: 'production-eu-west-1',
  container: 'node-exporter',
  device: `eth${index % 8}`,
  instance: `10.0.${index % 50}.${Math.floor(index / 50)}:9100`,
  job: 'node',
  namespace: 'monitoring',
  node: `worker-${String(index % 50).padStart(3, '0')}.internal`,
  pod: `node-exporter-${String(index).padStart(6, '0')}`,
  service: 'node-exporter',
}));

/** Hashes of so many of them, evenly spread. */
export function selectedHashes(count: number): ReadonlySet<string> {
  const stride = Math.floor(seriesCount / count);
  const chosen = writtenSeries.filter((_, index) => index % stride === 0).slice(0, count);
  return new Set(chosen.map(seriesHash));
}

/** A request with one sample of each series at that instant, not yet compressed. */
export function requestAt(at: number, version: 1 | 2 = 1): Buffer {
  const encode = version === 1 ? encode1 : encode2;
  return encode(
    writtenSeries.map((labels, index) => ({ labels, samples: [{ at, value: index + at / 7 }] })),
  );
}
