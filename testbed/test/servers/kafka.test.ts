import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { describeOnOwnServer } from '../../src/servers/for-tests.ts';
import { startKafka } from '../../src/servers/kafka.ts';

await describeOnOwnServer('Kafka', startKafka, (server) => {
  const kafka = new Kafka({ brokers: [server.address], logLevel: logLevel.NOTHING });

  describe('when it is killed and started again', () => {
    test('still has what it acknowledged', async () => {
      const admin = kafka.admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }] });
      const producer = kafka.producer();
      await producer.connect();
      await producer.send({ topic: 'kept', messages: [{ value: 'a' }, { value: 'b' }] });
      await Promise.all([producer.disconnect(), admin.disconnect()]);
      await server.kill();
      await server.restart();
      await admin.connect();
      expect(await admin.fetchTopicOffsets('kept')).toMatchObject([{ low: '0', high: '2' }]);
      await admin.disconnect();
    });
  });

  test('makes no topic by itself', async () => {
    const producer = kafka.producer({ retry: { retries: 0 } });
    await producer.connect();
    const sent = producer.send({ topic: 'misspelt', messages: [{ value: 'a' }] });
    await expect(sent).rejects.toThrow('This server does not host this topic-partition');
    await producer.disconnect();
  });
});
