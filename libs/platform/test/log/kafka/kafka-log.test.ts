import { describeOnServer } from '../../../../../testbed/src/servers/for-tests.ts';
import { createKafkaLog, type Log } from '../../../src/index.ts';
import { describeLog } from '../log-behaviour.ts';

await describeOnServer('kafka', 'on Kafka', ({ address }) => {
  const open = (pauses: number[]) =>
    createKafkaLog({
      access: { brokers: [address] },
      topics: { partitions: 4, replicationFactor: 1, retentionMs: 3_600_000 },
      clientId: 'test',
      pause: async (delayMs) => void pauses.push(delayMs),
    });

  describeLog('the log', async (pauses) => {
    const log = open(pauses);
    return { log, dispose: () => log.close() };
  });

  describeLog('the log to those that read ahead', async (pauses) => {
    const inner = open(pauses);
    const log: Log = {
      ...inner,
      subscribe: (options) => inner.subscribe({ ...options, readAhead: true }),
    };
    return { log, dispose: () => inner.close() };
  });
});
