/**
 * Writes what the slices' hosts and clients would, each second: `node bench/slices/live-process.ts RECEIVER BROKER SLICES SCRAPES`.
 * Every slice replays the recorded trace of the flavor in force from a place of its own. SCRAPES is `apart`, each host
 * and each client at an instant of its own within the second as Prometheus scrapes its targets, or `together`. Told of
 * a slice's flavor by `{ sliceId, flavorId }`.
 */
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { compressSync } from 'snappy';
import { headers1 } from '../../services/ima/test/fakes/remote-write.ts';
import { idsUpTo } from './set-up-slices.ts';
import { type FlavorId, hostsOfSlice, labelsOf, recordedTraces } from './two-flavors.ts';
import { layOutRequest } from './write-request.ts';

const [receiver = '', broker = '', count = '', scrapes = ''] = process.argv.slice(2);
/** All at once: so long before the second ends. */
const leadMs = 200;
/** A Prometheus sends up to 2,000 samples at a time; room is left for uneven shares. */
const samplesPerRequest = 1900;
const fewestInstants = 8;

interface Series {
  readonly sliceId: number;
  readonly index: number;
}

const traces = recordedTraces();
const seriesPerSlice = traces[1].columns.length;
const rows = Math.min(traces[1].at.length, traces[2].at.length);
const ids = idsUpTo(Number(count));
const flavors = new Map<number, FlavorId>();
process.on('message', ({ sliceId, flavorId }: { sliceId: number; flavorId: FlavorId }) => {
  flavors.set(sliceId, flavorId);
});
process.on('disconnect', () => process.exit());

const slots = Math.max(
  fewestInstants,
  Math.ceil((ids.length * seriesPerSlice) / samplesPerRequest),
);
const instants = Array.from({ length: slots }, (_, slot) => {
  const series = ids.flatMap((sliceId) =>
    Array.from({ length: seriesPerSlice }, (_, index) => ({ sliceId, index })).filter(
      ({ index }) => slotOf(sliceId, index % hostsOfSlice) === slot,
    ),
  );
  return {
    offsetMs: scrapes === 'together' ? 1000 - leadMs : Math.round((1000 * slot) / slots),
    series,
    body: layOutRequest(series.map(({ sliceId, index }) => labelsOf(sliceId, index))),
    clients: ids.filter((sliceId) => slotOf(sliceId, hostsOfSlice) === slot),
  };
});
const agent = new Agent({ keepAlive: true, maxSockets: slots });
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const producer = kafka.producer({ allowAutoTopicCreation: false });
await producer.connect();

let refused = 0;
for (let second = Math.ceil(Date.now() / 1000) * 1000 + 1000; ; second += 1000) {
  for (const { offsetMs, series, body, clients } of instants) {
    const at = second + offsetMs;
    await wait(Math.max(0, at - Date.now()));
    write(series, body, at);
    writeKpi(clients, at).catch(() => {
      refused += clients.length;
    });
  }
  const lateMs = Date.now() - second - (instants.at(-1)?.offsetMs ?? 0);
  process.send?.({ refused, lateMs });
  // One that cannot keep up leaves seconds out, as a scraper would.
  second += 1000 * Math.floor(Math.max(0, lateMs) / 1000);
}

/** Of a host or a client: spread evenly, and not as the slices' ticks are (powers of the plastic number: Roberts' R2). */
function slotOf(sliceId: number, member: number): number {
  const turns = (sliceId * (hostsOfSlice + 1) + member) * 0.7548776662466927;
  return Math.floor(slots * (turns - Math.floor(turns)));
}

function traceOf(sliceId: number) {
  return traces[flavors.get(sliceId) ?? 1];
}

function rowOf(sliceId: number, at: number): number {
  return (Math.floor(at / 1000) + sliceId * 7919) % rows;
}

function write(series: readonly Series[], body: ReturnType<typeof layOutRequest>, at: number) {
  series.forEach(({ sliceId, index }, place) => {
    body.set(place, at, traceOf(sliceId).columns[index]?.[rowOf(sliceId, at)] ?? Number.NaN);
  });
  const failed = () => {
    refused += series.length;
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

async function writeKpi(clients: readonly number[], at: number): Promise<void> {
  const messages = clients.flatMap((id) => {
    const value = traceOf(id).kpi[rowOf(id, at)] ?? null;
    if (value === null) return [];
    const message = {
      measurement: `kpi_${id}`,
      values: [value],
      time: String(at / 1000),
      tags: {},
    };
    return [{ key: String(id), timestamp: String(at), value: JSON.stringify(message) }];
  });
  await producer.send({ topic: 'client-metrics', acks: 1, messages });
}
