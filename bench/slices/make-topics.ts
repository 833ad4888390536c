import { topics } from '@slicecast/contracts';
import type { Admin } from 'kafkajs';

/** As the services would make them. */
const partitions = 12;
const maxMessageBytes = 9 * 2 ** 20;

/** Makes all topics before anybody needs one, so that no service meets a topic that is half made. */
export async function makeTopics(admin: Admin): Promise<void> {
  await admin.createTopics({
    waitForLeaders: true,
    topics: Object.values(topics).map(({ name, cleanup }) => ({
      topic: name,
      numPartitions: partitions,
      configEntries: [
        { name: 'cleanup.policy', value: cleanup },
        { name: 'max.message.bytes', value: String(maxMessageBytes) },
      ],
    })),
  });
}
