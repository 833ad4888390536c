import { Kafka, logLevel } from 'kafkajs';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { describeOnServer } from '../../../../../testbed/src/servers/for-tests.ts';
import { createKafkaLog } from '../../../src/index.ts';

const Reading = Type.Object({ n: Type.Integer(), text: Type.String() });

await describeOnServer('kafka', 'batches that others compressed', ({ address }) => {
  // The broker compresses what comes to such a topic, as a Java producer would.
  test.each(['gzip', 'snappy', 'lz4', 'zstd'])(
    'by %s are read, live and by time',
    async (codec) => {
      const topic = { name: `compressed-${codec}`, schema: Reading, cleanup: 'delete' as const };
      const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING });
      const admin = kafka.admin();
      await admin.connect();
      const configEntries = [{ name: 'compression.type', value: codec }];
      await admin.createTopics({
        waitForLeaders: true,
        topics: [{ topic: topic.name, numPartitions: 1, replicationFactor: 1, configEntries }],
      });
      await admin.disconnect();
      const log = createKafkaLog({
        access: { brokers: [address] },
        topics: { partitions: 1, replicationFactor: 1, retentionMs: 3_600_000 },
        clientId: 'test',
      });
      try {
        // Longer than one block of snappy's frame.
        const values = Array.from({ length: 2000 }, (_, n) => ({
          n,
          text: 'slice '.repeat(n % 50),
        }));
        await log.append(
          topic,
          values.map((value) => ({ key: 'a', at: value.n, value })),
        );
        const got: unknown[] = [];
        const all = Promise.withResolvers<void>();
        await log.subscribe({
          group: 'readers',
          topic,
          async onBatch(records) {
            got.push(...records.map(({ value }) => value));
            if (got.length >= values.length) all.resolve();
          },
        });
        await all.promise;
        expect(got).toEqual(values);
        const read: unknown[] = [];
        for await (const { value } of log.readByTime({ topic, fromMs: 0, toMs: 9999 }))
          read.push(value);
        expect(read).toEqual(values);
      } finally {
        await log.close();
      }
    },
  );
});
