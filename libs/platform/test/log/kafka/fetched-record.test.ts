import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { KafkaMessage } from 'kafkajs';
import { expect, test } from 'vitest';
import { FetchedRecord, storedOf, takeFetched } from '../../../src/log/kafka/fetched-record.ts';

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

test('a fetched message is stored as it was sent, and one of the oldest format too', async () => {
  await fc.assert(
    fc.asyncProperty(batchFrom(safeOffset), async ({ firstOffset, firstTimestamp, records }) => {
      const messages = await sent(firstOffset, firstTimestamp, records);
      const expected = messages.flatMap(({ offset, timestamp, key, value }) =>
        value === null
          ? []
          : [
              {
                key: key?.toString() ?? '',
                at: Number(timestamp),
                json: value.toString(),
                offset: Number(offset),
              },
            ],
      );
      const oldest = messages.map(({ offset, timestamp, key, value }) => {
        return { offset, timestamp, key, value, attributes: 0 } as KafkaMessage;
      });
      for (const form of [messages, oldest]) {
        const { taken } = takeFetched(form, 0, unlimited, undefined);
        expect(taken.map(storedOf)).toEqual(expected);
        const found = taken.map((each) => new FetchedRecord(each, 3, 'v'));
        expect(found.map(({ key, at, offset }) => ({ key, at, offset }))).toEqual(
          expected.map(({ key, at, offset }) => ({ key, at, offset })),
        );
      }
    }),
  );
});

const unlimited = { maxRecords: 1000, maxBytes: 2 ** 20 };
const message = (key: string, value: string | null = 'four', offsetDelta = 0) => ({
  ...{ key, value, offsetDelta },
  headers: {},
  timestampDelta: 0,
});

test.each([
  ['all that there is', unlimited, ['a', 'b', 'c'], 5],
  ['no more than so many', { ...unlimited, maxRecords: 2 }, ['a', 'b'], 4],
  ['no more than so many bytes', { ...unlimited, maxBytes: 14 }, ['a', 'b'], 4],
  ['one, whatever its size', { ...unlimited, maxBytes: 1 }, ['a'], 2],
])(
  'takes %s, and passes over tombstones and what is not wanted',
  async (_title, limits, expected, next) => {
    const records = [message('a'), message('x'), message('b'), message('t', null), message('c')];
    const messages = await sent(0n, 0, records);
    const wants = ({ key }: { key: string }) => key !== 'x';
    const found = takeFetched(messages, 0, limits, wants);
    expect(found.taken.map((each) => storedOf(each).key)).toEqual(expected);
    expect(found.next).toBe(next);
  },
);

test('ends at the last message, also when nothing of it is wanted', async () => {
  const messages = await sent(0n, 0, [message('a'), message('x'), message('y')]);
  const wants = ({ key }: { key: string }) => key === 'a';
  const limits = { ...unlimited, maxRecords: 1 };
  expect(takeFetched(messages, 0, limits, wants).next).toBe(3);
  expect(takeFetched(messages, 1, limits, wants)).toEqual({ taken: [], next: 3 });
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
