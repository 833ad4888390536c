import { describeOnServer } from '../../../../../testbed/src/servers/for-tests.ts';
import { createKafkaLog } from '../../../src/index.ts';
import { describeLog } from '../log-behaviour.ts';

await describeOnServer('kafka', 'on Kafka', ({ address }) => {
  describeLog('the log', async (pauses) => {
    const log = createKafkaLog({
      access: { brokers: [address] },
      topics: { partitions: 4, replicationFactor: 1, retentionMs: 3_600_000 },
      clientId: 'test',
      pause: async (delayMs) => void pauses.push(delayMs),
    });
    return { log, dispose: () => log.close() };
  });
});
