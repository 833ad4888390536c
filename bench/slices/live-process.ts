/**
 * Writes what the slices' hosts and clients would, each second: `node bench/slices/live-process.ts RECEIVER BROKER SLICES`.
 * Every slice replays the recorded trace of the flavor in force from a place of its own. Told of a slice's flavor by
 * `{ sliceId, flavorId }`.
 */
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { compressSync } from 'snappy';
import { headers1 } from '../../services/ima/test/fakes/remote-write.ts';
import { idsUpTo } from './set-up-slices.ts';
import { type FlavorId, labelsOf, recordedTraces } from './two-flavors.ts';
import { layOutRequest } from './write-request.ts';

const [receiver = '', broker = '', count = ''] = process.argv.slice(2);
/** Samples are taken so long before the tick they are meant for. */
const leadMs = 200;
/** A Prometheus sends up to 2,000 samples at a time: so many slices of 15. */
const slicesPerRequest = 133;

const traces = recordedTraces();
const seriesPerSlice = traces[1].columns.length;
const rows = Math.min(traces[1].at.length, traces[2].at.length);
const ids = idsUpTo(Number(count));
const flavors = new Map<number, FlavorId>();
process.on('message', ({ sliceId, flavorId }: { sliceId: number; flavorId: FlavorId }) => {
  flavors.set(sliceId, flavorId);
});
process.on('disconnect', () => process.exit());

const requests = Array.from({ length: Math.ceil(ids.length / slicesPerRequest) }, (_, n) => {
  const of = ids.slice(n * slicesPerRequest, (n + 1) * slicesPerRequest);
  const series = of.flatMap((id) =>
    Array.from({ length: seriesPerSlice }, (_, index) => labelsOf(id, index)),
  );
  return { of, body: layOutRequest(series) };
});
const agent = new Agent({ keepAlive: true, maxSockets: requests.length });
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const producer = kafka.producer({ allowAutoTopicCreation: false });
await producer.connect();

let refused = 0;
for (let tick = Math.ceil(Date.now() / 1000) * 1000 + 1000; ; tick += 1000) {
  const at = tick - leadMs;
  await wait(Math.max(0, at - Date.now()));
  for (const written of requests) write(written, at);
  writeKpi(at).catch(() => {
    refused += ids.length;
  });
  process.send?.({ refused, lateMs: Date.now() - at });
  // One that cannot keep up leaves seconds out, as a scraper would.
  while (tick + 1000 - leadMs < Date.now() - 1000) tick += 1000;
}

function traceOf(sliceId: number) {
  return traces[flavors.get(sliceId) ?? 1];
}

function rowOf(sliceId: number, at: number): number {
  return (Math.round(at / 1000) + sliceId * 7919) % rows;
}

function write({ of, body }: (typeof requests)[number], at: number): void {
  of.forEach((sliceId, slot) => {
    const { columns } = traceOf(sliceId);
    const row = rowOf(sliceId, at);
    for (let index = 0; index < seriesPerSlice; index += 1) {
      body.set(slot * seriesPerSlice + index, at, columns[index]?.[row] ?? Number.NaN);
    }
  });
  const failed = () => {
    refused += of.length * seriesPerSlice;
  };
  const sent = request(
    `${receiver}/receive`,
    { method: 'POST', headers: headers1, agent },
    (answer) => {
      answer.resume();
      if (answer.statusCode !== 200 && answer.statusCode !== 204) failed();
    },
  );
  sent.on('error', failed);
  sent.end(compressSync(body.bytes));
}

async function writeKpi(at: number): Promise<void> {
  const messages = ids.flatMap((sliceId) => {
    const value = traceOf(sliceId).kpi[rowOf(sliceId, at)] ?? null;
    if (value === null) return [];
    const message = {
      measurement: `kpi_${sliceId}`,
      values: [value],
      time: String(at / 1000),
      tags: {},
    };
    return [{ key: String(sliceId), timestamp: String(at), value: JSON.stringify(message) }];
  });
  await producer.send({ topic: 'client-metrics', acks: 1, messages });
}
