import { topics } from '@slicecast/contracts';
import { loadEnvironment, openEmbeddedLog, silentLogger, systemClock } from '@slicecast/platform';
import { createRecorder, RecorderConfig } from '../../src/app.ts';
import { numbered } from './numbered.ts';

/** A process that appends numbered samples up to a number and records them, both from where the last one was killed. */
const [directory = '', total = '0'] = process.argv.slice(2);
const topic = topics.selectedMetrics;
const log = await openEmbeddedLog({ directory, logger: silentLogger });
const config = loadEnvironment(RecorderConfig, process.env);
const recorder = createRecorder({ config, log, clock: systemClock, logger: silentLogger });
await recorder.start();

let next = 0;
for await (const { value } of log.readByTime({ topic, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER })) {
  next = Math.max(next, Number(value.value) + 1);
}
while (next < Number(total)) {
  const last = Math.min(next + 20, Number(total));
  await log.append(
    topic,
    Array.from({ length: last - next }, (_, index) => numbered(next + index)),
  );
  next = last;
}
