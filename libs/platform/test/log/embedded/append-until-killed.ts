import { openEmbeddedLog, silentLogger } from '../../../src/index.ts';
import { reading, readings } from '../log-under-test.ts';

/** A process that appends one message after the other, says when each is durable, and is killed in between. */
const [directory = ''] = process.argv.slice(2);
const log = await openEmbeddedLog({ directory, logger: silentLogger, segmentBytes: 4_000 });
const topic = readings('readings');
for (let n = 0; ; n += 1) {
  await log.append(topic, [reading(String(n % 7), n, n)]);
  process.stdout.write(`${n}\n`);
}
