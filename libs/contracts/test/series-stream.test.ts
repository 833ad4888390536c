import { Readable } from 'node:stream';
import {
  Dictionary,
  Field,
  Float32,
  Float64,
  Int32,
  List,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSeriesStream,
  encodeSeriesStream,
  type Feature,
  type SeriesRecord,
  type SeriesStreamBounds,
  SeriesStreamError,
} from '../src/index.ts';

const feature: Feature = {
  series: '7726551a4b5861acf9598b03f676222f5d10656d',
  labels: { __name__: 'node_sockstat_TCP_alloc', instance: 'é"\\' },
  transform: 'raw',
  windowMs: 0,
  maxAgeMs: 5000,
};

const clock: SeriesRecord = { role: 'clock', feature: null, values: Float64Array.of(1e12, 1e12) };

function candidate(...values: number[]): SeriesRecord {
  return { role: 'candidate', feature, values: Float64Array.from(values) };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function encoded(records: Iterable<SeriesRecord>): Promise<Buffer> {
  return Buffer.concat(await collect(encodeSeriesStream(records)));
}

/** The bytes in chunks of the given sizes, round and round. */
async function* chunked(bytes: Uint8Array, sizes: readonly number[] = [65_536]) {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

function decoded(bytes: Uint8Array, bounds?: SeriesStreamBounds): Promise<SeriesRecord[]> {
  return collect(decodeSeriesStream(chunked(bytes), bounds));
}

async function fault(work: Promise<unknown>): Promise<SeriesStreamError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (error instanceof SeriesStreamError) return error;
  throw new Error('expected a SeriesStreamError', { cause: error });
}

function table(role: string, featureText: string, values: number[]): Uint8Array {
  const list = new List(new Field('item', new Float64(), true));
  const columns = {
    role: vectorFromArray([role], new Utf8()),
    feature: vectorFromArray([featureText], new Utf8()),
    values: vectorFromArray([values], list),
  };
  return tableToIPC(new Table(columns), 'stream');
}

describe('series stream', () => {
  it('gives back what went in, whatever the chunks it comes in', async () => {
    const records = fc.array(
      fc
        .tuple(
          fc.constantFrom('clock' as const, 'kpi' as const, 'candidate' as const),
          fc.float64Array({ maxLength: 40 }),
          fc.dictionary(fc.string(), fc.string()),
        )
        .map(([role, values, labels]): SeriesRecord => {
          return { role, feature: role === 'candidate' ? { ...feature, labels } : null, values };
        }),
      { maxLength: 300 },
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(records, sizes, async (given, chunkSizes) => {
        const bytes = await encoded(given);
        const found = await collect(decodeSeriesStream(chunked(bytes, chunkSizes)));
        expect(found).toEqual(given);
      }),
      { numRuns: 40 },
    );
  });

  it('writes batches as the records come, and reads no further than its reader', async () => {
    let made = 0;
    function* records() {
      for (; made < 100; made += 1) yield candidate(...new Float64Array(50_000).fill(made));
    }
    const stream = encodeSeriesStream(records());
    await stream.next();
    expect(made).toBeLessThan(5);
    await stream.return(undefined);
  });

  it('travels through node streams', async () => {
    const readable = Readable.from(encodeSeriesStream([clock, candidate(1, Number.NaN)]), {
      objectMode: false,
    });
    const found = await collect(decodeSeriesStream(readable));
    expect(found).toEqual([clock, candidate(1, Number.NaN)]);
  });

  it('takes a null among the values as missing', async () => {
    const list = new List(new Field('item', new Float64(), true));
    const columns = {
      role: vectorFromArray(['kpi'], new Utf8()),
      feature: vectorFromArray([''], new Utf8()),
      values: vectorFromArray([[1, null, 3]], list),
    };
    const [kpi] = await decoded(tableToIPC(new Table(columns), 'stream'));
    expect(kpi?.values).toEqual(Float64Array.of(1, Number.NaN, 3));
  });

  it.each([
    ['nothing', ''],
    ['JSON', '{"role": "clock"}'],
    ['a text of one letter', 'x'],
    ['an Arrow file', 'ARROW1\0\0'],
  ])('says of %s that it is no Arrow stream', async (_name, text) => {
    expect((await fault(decoded(Buffer.from(text)))).code).toBe('not-arrow');
  });

  it.each([
    ['no fields', {}],
    ['values of 32 bits', { values: new List(new Field('item', new Float32(), true)) }],
    ['values that are no list', { values: new Float64() }],
    ['a role from a dictionary', { role: new Dictionary(new Utf8(), new Int32()) }],
  ])('refuses a schema with %s and names the one it wants', async (_name, other) => {
    const types = { role: new Utf8(), feature: new Utf8(), values: new Float64(), ...other };
    const columns = Object.entries(types).map(([name, type]) => [name, vectorFromArray([], type)]);
    const error = await fault(
      decoded(tableToIPC(new Table(Object.fromEntries(columns)), 'stream')),
    );
    expect(error.code).toBe('wrong-schema');
    expect(error.message).toContain('values: list<float64>');
  });

  it.each([
    ['an unknown role', table('kpis', '', [1]), 'its role is "kpis"'],
    ['a feature that is no JSON', table('candidate', '{', [1]), 'not a Feature in JSON'],
    ['a feature without its labels', table('candidate', '{}', [1]), 'not a Feature: /'],
    ['an empty role', table('', '', [1]), 'its role is ""'],
  ])('names the record that has %s', async (_name, bytes, words) => {
    const error = await fault(decoded(bytes));
    expect(error.code).toBe('malformed');
    expect(error.message).toContain('Record 1');
    expect(error.message).toContain(words);
  });

  it('notices wherever the stream is cut off', async () => {
    const bytes = await encoded([clock, candidate(1, 2)]);
    for (let length = 1; length < bytes.length; length += 1) {
      await expect(decoded(bytes.subarray(0, length)), `cut at ${length}`).rejects.toThrow(
        SeriesStreamError,
      );
    }
  });

  it('never throws anything else for a damaged stream', async () => {
    const bytes = await encoded([clock, candidate(1, 2, 3)]);
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, byte] of changes) damaged[at] = byte;
        const error: unknown = await decoded(damaged).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error !== undefined) expect(error).toBeInstanceOf(SeriesStreamError);
      }),
      { numRuns: 300 },
    );
  });

  it('stops past its bounds', async () => {
    const bytes = await encoded([clock, candidate(1, 2)]);
    expect((await fault(decoded(bytes, { maxBytes: bytes.length - 1 }))).code).toBe('too-large');
    expect((await fault(decoded(bytes, { maxRecords: 1 }))).code).toBe('too-large');
    expect(await decoded(bytes, { maxBytes: bytes.length, maxRecords: 2 })).toHaveLength(2);
  });

  it('lets an error of the source through', async () => {
    const broken = new Error('connection reset');
    async function* source() {
      yield (await encoded([clock, candidate(1)])).subarray(0, 20);
      throw broken;
    }
    await expect(collect(decodeSeriesStream(source()))).rejects.toBe(broken);
  });

  it('gives the source back when its reader stops early', async () => {
    const readable = Readable.from(encodeSeriesStream([clock, candidate(1)]), {
      objectMode: false,
    });
    for await (const record of decodeSeriesStream(readable)) {
      expect(record).toEqual(clock);
      break;
    }
    expect(readable.destroyed).toBe(true);
  });
});
