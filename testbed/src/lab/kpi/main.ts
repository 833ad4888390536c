/**
 * The KPI client as a process: reads a value of its own at random instants (Poisson), whatever the
 * answers take, and prints each step `timestamp,R_99` (epoch seconds, milliseconds) of the step before it.
 */
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { seededRandom } from '@slicecast/stats';
import { read } from '../load/clients.ts';
import { createReadTimes } from './tail.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:7000' },
    'reads-per-second': { type: 'string', default: '50' },
    'value-bytes': { type: 'string', default: '2048' },
    'step-ms': { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
});
/** Reads that wait for an answer; beyond them none is begun, and the open ones tell the latency. */
const mostOpen = 200;
const agent = new Agent({ keepAlive: true, maxSockets: mostOpen });
const key = `${values.url}/keys/kpi`;
const random = seededRandom(Number(values.seed));
const times = createReadTimes();
const stopped = new AbortController();
const { signal } = stopped;
process.once('SIGTERM', () => stopped.abort());

await putValue();
console.log('timestamp,R_99');
await Promise.all([readAtRandom(), tellEachStep()]);
agent.destroy();

async function readAtRandom(): Promise<void> {
  let open = 0;
  const perSecond = Number(values['reads-per-second']);
  for (
    let at = performance.now();
    !signal.aborted;
    at -= (1000 * Math.log(1 - random())) / perSecond
  ) {
    await pause(at - performance.now());
    if (open >= mostOpen) continue;
    open += 1;
    const handle = times.begin(performance.now());
    void read(key, agent).then((answered) => {
      open -= 1;
      handle.end(performance.now(), answered);
    });
  }
}

async function tellEachStep(): Promise<void> {
  const stepMs = Number(values['step-ms']);
  for (let at = Math.ceil(Date.now() / stepMs) * stepMs; !signal.aborted; at += stepMs) {
    await pause(at - Date.now());
    const r99 = times.r99(performance.now());
    if (Number.isFinite(r99)) console.log(`${at / 1000},${r99.toFixed(3)}`);
  }
}

async function pause(ms: number): Promise<void> {
  await wait(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}

function putValue(): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/octet-stream' };
    const put = request(key, { method: 'PUT', headers, agent }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode === 204
          ? resolve()
          : reject(new Error(`PUT ${key}: ${answer.statusCode}`)),
      );
    });
    put.once('error', reject);
    put.end(Buffer.alloc(Number(values['value-bytes']), 1));
  });
}
