/** IMA's receiver alone, as a process: `node bench/receive-process.ts BROKER SELECTED`; writes its URL. */
import { seriesHash } from '@slicecast/contracts';
import { createKafkaLog, createMetrics, createServer, silentLogger } from '@slicecast/platform';
import { createReceiver } from '../services/ima/src/loops/receiver.ts';
import { addReceive } from '../services/ima/src/routes/receive.ts';
import { selectedHashes } from './written-series.ts';

const [broker = '', selected = ''] = process.argv.slice(2);
const metrics = createMetrics('ima');
const log = createKafkaLog({
  access: { brokers: [broker] },
  topics: { partitions: 12, replicationFactor: 1, retentionMs: 3_600_000 },
  clientId: 'bench-receive',
});
const receiver = createReceiver(log);
const hashes = selectedHashes(Number(selected));
receiver.begin((labels) => {
  const hash = seriesHash(labels);
  return hashes.has(hash) ? hash : undefined;
});
const server = createServer({ name: 'ima', logger: silentLogger, metrics, ready: async () => [] });
addReceive(server, {
  ...receiver,
  metrics,
  now: () => Number.MAX_SAFE_INTEGER,
  auth: { required: false },
  maxBodyBytes: 16 * 2 ** 20,
  maxDecodedBytes: 64 * 2 ** 20,
  maxInFlightBytes: 256 * 2 ** 20,
});
console.log(await server.listen({ host: '127.0.0.1', port: 0 }));
process.on('message', () => process.send?.(process.cpuUsage()));
