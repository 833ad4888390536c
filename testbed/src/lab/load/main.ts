/**
 * The load generator as a process: clients of the key-value service, their number following a shape,
 * and each second a line `timestamp,clients` (epoch seconds) on standard output.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClients } from './clients.ts';
import { isShapeName, shapes } from './shapes.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:7000' },
    keys: { type: 'string', default: '1000' },
    shape: { type: 'string', default: 'trapezoid' },
    low: { type: 'string', default: '40' },
    high: { type: 'string', default: '240' },
    'period-seconds': { type: 'string', default: '120' },
    'think-seconds': { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    'start-at': { type: 'string' },
  },
});
const { url, shape, keys } = values;
if (!isShapeName(shape)) {
  console.error(`--shape ${shape} is none of ${Object.keys(shapes).join(', ')}`);
  process.exit(2);
}
const seed = Number(values.seed);
const clientsAt = shapes[shape]({
  low: Number(values.low),
  high: Number(values.high),
  periodSeconds: Number(values['period-seconds']),
  seed,
});
const clients = createClients({
  url,
  keys: Number(keys),
  thinkSeconds: Number(values['think-seconds']),
  seed,
});
const stopped = new AbortController();
process.once('SIGTERM', () => stopped.abort());

/** Joins and leaves are spread over the second. */
const stepMs = 100;
const beginAt = Number(values['start-at'] ?? Math.ceil(Date.now() / 1000) * 1000);
console.log('timestamp,clients');
for (let at = beginAt; !stopped.signal.aborted; at += stepMs) {
  await wait(Math.max(0, at - Date.now()), undefined, { signal: stopped.signal }).catch(
    () => undefined,
  );
  clients.resize(Math.round(clientsAt((at - beginAt) / 1000)));
  if ((at - beginAt) % 1000 === 0) console.log(`${Math.round(at / 1000)},${clients.count}`);
}
await clients.stop();
console.error(`${clients.failed} reads failed`);
