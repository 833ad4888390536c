import { afterAll, beforeAll } from 'vitest';
import { startKafka } from '../../../../../testbed/src/servers/kafka.ts';
import type { ServerProcess } from '../../../../../testbed/src/servers/server-process.ts';
import { createKafkaLog } from '../../../src/index.ts';
import { describeLog } from '../log-behaviour.ts';

let kafka: ServerProcess;
beforeAll(async () => {
  kafka = await startKafka();
});
afterAll(() => kafka.stop());

describeLog('the log on Kafka', async (pauses) => {
  const log = createKafkaLog({
    access: { brokers: [kafka.address] },
    topics: { partitions: 4, replicationFactor: 1, retentionMs: 3_600_000 },
    clientId: 'test',
    pause: async (delayMs) => void pauses.push(delayMs),
  });
  return { log, dispose: () => log.close() };
});
