import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { KafkaMessage } from 'kafkajs';
import { expect, test } from 'vitest';
import { fetchedOf } from '../../../src/log/kafka/fetched-record.ts';
import { storedOf } from '../../../src/log/kafka/stored-record.ts';

/** The client's own encoders and decoders of what is on the wire: it exports neither, and has no types of them. */
const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0');
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0');
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder');
const Decoder = require('kafkajs/src/protocol/decoder');

const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
const record = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.constantFrom({}, { one: 'a' }, { one: 'a', two: ['b', 'c'] }),
  offsetDelta: fc.nat(),
  timestampDelta: fc.oneof(
    fc.integer(),
    fc.maxSafeInteger().map((ms) => Math.trunc(ms / 4)),
  ),
});
const safeOffset = fc.bigInt({ min: 0n, max: 2n ** 40n });
const anyOffset = fc.oneof(safeOffset, fc.bigInt({ min: 2n ** 53n, max: 2n ** 62n }));
const batchFrom = (firstOffset: fc.Arbitrary<bigint>) =>
  fc.record({
    firstOffset,
    firstTimestamp: fc.oneof(fc.constant(-1), fc.nat(), fc.constant(1_800_000_000_000)),
    records: fc.array(record, { maxLength: 8 }),
  });

test('a message has what was sent, whatever numbers and bytes it is of', async () => {
  await fc.assert(
    fc.asyncProperty(batchFrom(anyOffset), async ({ firstOffset, firstTimestamp, records }) => {
      const messages = await sent(firstOffset, firstTimestamp, records);
      expect(messages.length).toBe(records.length);
      for (const [index, { key, value, headers, ...delta }] of records.entries()) {
        const message = messages[index];
        expect(message?.offset).toBe(String(firstOffset + BigInt(delta.offsetDelta)));
        expect(message?.timestamp).toBe(
          String(BigInt(firstTimestamp) + BigInt(delta.timestampDelta)),
        );
        expect([message?.key, message?.value]).toEqual([key, value]);
        expect(Object.keys(message?.headers ?? {})).toEqual(Object.keys(headers));
      }
    }),
  );
});

test('a fetched message is what every log stores, of the oldest format too', async () => {
  await fc.assert(
    fc.asyncProperty(batchFrom(safeOffset), async ({ firstOffset, firstTimestamp, records }) => {
      for (const message of await sent(firstOffset, firstTimestamp, records)) {
        const { offset, timestamp, key, value } = message;
        const oldest = { offset, timestamp, key, value, attributes: 0 } as KafkaMessage;
        const expected = storedOf(oldest);
        for (const form of [message, oldest]) {
          const found = fetchedOf(form);
          const { at, json } = found ?? {};
          const plain = found && { key: found.key, at, json, offset: found.offset };
          expect(plain).toEqual(expected);
        }
      }
    }),
  );
});

test('what is not wanted is left out', async () => {
  const headers = {};
  const records = ['a', 'b'].map((key) => ({
    key,
    value: 'x',
    headers,
    offsetDelta: 0,
    timestampDelta: 0,
  }));
  const messages = await sent(0n, 0, records);
  const found = messages.map((message) => fetchedOf(message, ({ key }) => key === 'b'));
  expect(found.map((each) => each?.key)).toEqual([undefined, 'b']);
});

async function sent(
  firstOffset: bigint,
  firstTimestamp: number,
  records: readonly object[],
): Promise<KafkaMessage[]> {
  const encoded = await RecordBatch({
    firstOffset: String(firstOffset),
    firstTimestamp,
    maxTimestamp: firstTimestamp,
    lastOffsetDelta: 0,
    records: records.map(encodeRecord),
  });
  return (await decodeBatch(new Decoder(encoded.buffer))).records;
}
