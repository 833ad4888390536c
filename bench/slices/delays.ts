import { sortedQuantile } from '@slicecast/stats';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';

/** What became of the ticks of one minute. */
export interface Minute {
  readonly decided: number;
  /** Decisions by their reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** From the newest sample in a tick's row to the arrival of its decision here. */
  readonly sampleP50Ms: number;
  readonly sampleP99Ms: number;
  /** From the tick itself. */
  readonly tickP50Ms: number;
  readonly tickP99Ms: number;
}

export interface Delays {
  /** Of the ticks in [fromMs, toMs). */
  between(fromMs: number, toMs: number): Minute;
  /** Decisions that came in [fromMs, toMs), of whatever tick. */
  arrived(fromMs: number, toMs: number): number;
  close(): Promise<void>;
}

interface Decided {
  readonly at: number;
  readonly arrivedAt: number;
  readonly sampledAt: number | undefined;
  readonly reason: string;
}

/** Rows whose decision never comes are forgotten after so long. */
const forgetMs = 120_000;

/** Follows rows and decisions as they come; `changed` is told of each change of flavor that was decided. */
export async function followDelays(
  kafka: Kafka,
  changed: (sliceId: number, flavorId: number) => void,
): Promise<Delays> {
  const sampled = new Map<string, number>();
  const decided: Decided[] = [];
  const rows = await follow(kafka, 'slice-inputs', (key, at, text) => {
    const newest = newestSample(text);
    if (newest === undefined) return;
    sampled.set(`${key} ${at}`, newest);
    for (const old of sampled.keys()) {
      if (Number(old.split(' ')[1]) > at - forgetMs) break;
      sampled.delete(old);
    }
  });
  const decisions = await follow(kafka, 'slice-decisions', (key, at, text) => {
    const reason = /"reason":"([a-z-]+)"/.exec(text)?.[1] ?? '';
    decided.push({ at, arrivedAt: Date.now(), sampledAt: sampled.get(`${key} ${at}`), reason });
    const changes = text.includes('"action":"change"');
    const flavor = changes ? /"toFlavor":(\d+)/.exec(text)?.[1] : undefined;
    if (flavor !== undefined) changed(Number(key), Number(flavor));
  });
  return {
    between: (fromMs, toMs) => minuteOf(decided.filter(({ at }) => at >= fromMs && at < toMs)),
    arrived: (fromMs, toMs) =>
      decided.filter(({ arrivedAt }) => arrivedAt >= fromMs && arrivedAt < toMs).length,
    async close() {
      await rows.disconnect();
      await decisions.disconnect();
    },
  };
}

function minuteOf(decided: readonly Decided[]): Minute {
  const ticks = Float64Array.from(decided.map(({ at, arrivedAt }) => arrivedAt - at)).sort();
  const samples = Float64Array.from(
    decided.flatMap(({ sampledAt, arrivedAt }) =>
      sampledAt === undefined ? [] : [arrivedAt - sampledAt],
    ),
  ).sort();
  return {
    decided: ticks.length,
    reasons: countsOf(decided.map(({ reason }) => reason)),
    sampleP50Ms: Math.round(sortedQuantile(samples, 0.5)),
    sampleP99Ms: Math.round(sortedQuantile(samples, 0.99)),
    tickP50Ms: Math.round(sortedQuantile(ticks, 0.5)),
    tickP99Ms: Math.round(sortedQuantile(ticks, 0.99)),
  };
}

function countsOf(words: readonly string[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(words, (word) => word);
  return Object.fromEntries([...groups].map(([word, { length }]) => [word, length]));
}

/** Without parsing the whole: this process must not take the processor from those it measures. */
function newestSample(text: string): number | undefined {
  const times = /"sampledAt":\[([^\]]*)\]/.exec(text)?.[1];
  if (times === undefined) return undefined;
  const newest = Math.max(...times.split(',').map((time) => (time === 'null' ? 0 : Number(time))));
  return newest > 0 ? newest : undefined;
}

async function follow(
  kafka: Kafka,
  topic: string,
  take: (key: string, at: number, text: string) => void,
): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId: `bench-${topic}`, maxWaitTimeInMs: 20 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: false });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }: EachBatchPayload) => {
      for (const { key, timestamp, value } of batch.messages) {
        take(String(key), Number(timestamp), String(value));
      }
    },
  });
  return consumer;
}
