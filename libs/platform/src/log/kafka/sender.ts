import type { Kafka, Message, Producer, TopicMessages } from 'kafkajs';
import { AppError } from '../../app-error.ts';
import type { NewRecord } from '../log-storage.ts';
import { partitionOf } from '../partition-of.ts';
import { logUnavailable } from './kafka-client.ts';

/** Messages on their way to one topic. */
interface Appending {
  readonly topic: string;
  readonly partitions: number;
  readonly records: readonly NewRecord[];
  /** Of each record. */
  readonly sizes: readonly number[];
  readonly bytes: number;
  resolve(): void;
  reject(error: AppError): void;
}

export interface Sender {
  /** Resolves when all in-sync replicas have the records; AppError 503 `log-unavailable` or `log-overloaded`. */
  send(topic: string, partitions: number, records: readonly NewRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Of keys and values in one request; a single append may be more. */
const mostRequestBytes = 4 * 2 ** 20;
/** Of one partition in one request: brokers refuse a batch above `message.max.bytes`, 1 MiB unless told otherwise. */
const mostBatchBytes = 3 * 2 ** 18;
/** Of what waits; more is refused, so that a slow broker does not fill the memory. */
const mostWaitingBytes = 64 * 2 ** 20;
/** Kafka's own, around each record. */
const recordOverheadBytes = 70;

/**
 * Sends what is appended, one request at a time: meanwhile more gathers, so that the batches are as large
 * as the load wants, and the order of a key is that of the appends. A request that fails takes its producer with it:
 * the next one begins with a new one, whatever state the old one was in.
 */
export function createSender(kafka: Kafka): Sender {
  const waiting: Appending[] = [];
  let waitingBytes = 0;
  let producer: Producer | undefined;
  let sending: Promise<void> | undefined;

  async function connected(): Promise<Producer> {
    if (producer !== undefined) return producer;
    const made = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
    await made.connect();
    producer = made;
    return made;
  }

  async function drop(): Promise<void> {
    const failed = producer;
    producer = undefined;
    await failed?.disconnect();
  }

  async function sendNext(): Promise<void> {
    const batch = takeRequest(waiting);
    try {
      for (const topicMessages of requestsOf(batch)) {
        await (await connected()).sendBatch({ acks: -1, topicMessages });
      }
      for (const { resolve } of batch) resolve();
    } catch (cause) {
      const error = logUnavailable(cause);
      for (const { reject } of batch) reject(error);
      await drop().catch(() => undefined);
    } finally {
      waitingBytes -= batch.reduce((sum, { bytes }) => sum + bytes, 0);
    }
  }

  async function sendAll(): Promise<void> {
    // Whatever is appended in this turn of the event loop goes together.
    await Promise.resolve();
    while (waiting.length > 0) await sendNext();
    sending = undefined;
  }

  return {
    async send(topic, partitions, records) {
      const sizes = records.map(sizeOf);
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      if (waitingBytes > 0 && waitingBytes + bytes > mostWaitingBytes) throw overloaded();
      waitingBytes += bytes;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ topic, partitions, records, sizes, bytes, resolve, reject });
      sending ??= sendAll();
      await promise;
    },
    async close() {
      await sending;
      await drop();
    },
  };
}

function sizeOf({ key, json }: NewRecord): number {
  return Buffer.byteLength(key) + Buffer.byteLength(json) + recordOverheadBytes;
}

/** The oldest that go into one request together; one at least. */
function takeRequest(waiting: Appending[]): Appending[] {
  let bytes = 0;
  let count = 0;
  for (const appending of waiting) {
    bytes += appending.bytes;
    if (count > 0 && bytes > mostRequestBytes) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Where the next record of a topic's partition goes, and how much of that partition is there already. */
interface Places {
  readonly request: Uint32Array;
  readonly bytes: Float64Array;
}

/** One request after the other, in the order of each partition: what goes to a partition at once is one batch of its own. */
function requestsOf(batch: readonly Appending[]): readonly TopicMessages[][] {
  const places = new Map<string, Places>();
  const requests: Map<string, Message[]>[] = [];
  for (const { topic, partitions, records, sizes } of batch) {
    const place = places.get(topic) ?? placesOf(partitions);
    places.set(topic, place);
    records.forEach(({ key, at, json }, index) => {
      const partition = partitionOf(key, partitions);
      const request = takePlace(place, partition, sizes[index] ?? 0);
      const message = { key, value: json, timestamp: String(at), partition };
      const topics = requests[request] ?? new Map<string, Message[]>();
      requests[request] = topics;
      const messages = topics.get(topic);
      if (messages === undefined) topics.set(topic, [message]);
      else messages.push(message);
    });
  }
  return requests.map((topics) => [...topics].map(([topic, messages]) => ({ topic, messages })));
}

function placesOf(partitions: number): Places {
  return { request: new Uint32Array(partitions), bytes: new Float64Array(partitions) };
}

/** The number of the request that a record of so many bytes goes into. */
function takePlace({ request, bytes }: Places, partition: number, size: number): number {
  const before = bytes[partition] ?? 0;
  if (before > 0 && before + size > mostBatchBytes) {
    request[partition] = (request[partition] ?? 0) + 1;
    bytes[partition] = size;
  } else {
    bytes[partition] = before + size;
  }
  return request[partition] ?? 0;
}

function overloaded(): AppError {
  const mebibytes = mostWaitingBytes / 2 ** 20;
  return new AppError(`The log is slower than what is sent to it: ${mebibytes} MiB wait already.`, {
    status: 503,
    code: 'log-overloaded',
    retriable: true,
  });
}
