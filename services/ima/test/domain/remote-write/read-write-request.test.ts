import { type Labels, seriesHash } from '@slicecast/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeriesChooser } from '../../../src/domain/remote-write/chosen-series.ts';
import { MalformedWrite } from '../../../src/domain/remote-write/wire.ts';
import { createWriteReader } from '../../../src/domain/remote-write/write-reader.ts';
import { encode1, encode2, type Written } from '../../fakes/remote-write.ts';

const all = () => new SeriesChooser(seriesHash);
const reader = () => createWriteReader(seriesHash);
const forms = [
  ['1.0', encode1, 1],
  ['2.0', encode2, 2],
] as const;

const labels = fc
  .dictionary(
    fc.stringMatching(/^[a-z_]{1,12}$/),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    {
      minKeys: 1,
      maxKeys: 8,
    },
  )
  .filter((set) => !Object.keys(set).includes('__proto__'));
const sample = fc.record({
  at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  value: fc.double(),
});
const requests = fc.array(fc.record({ labels, samples: fc.array(sample, { maxLength: 4 }) }), {
  maxLength: 10,
});

describe.each(forms)('remote write %s', (_title, encode, version) => {
  test('is read as an independent encoder wrote it', () => {
    fc.assert(
      fc.property(requests, (series) => {
        const found = reader().read(version, encode(series));
        expect(found.samples).toBe(series.reduce((sum, { samples }) => sum + samples.length, 0));
        expect(
          found.series.map(({ labels: set, samples }) => ({ labels: { ...set }, samples })),
        ).toEqual(
          series.map((each: Written) => ({
            labels: { ...each.labels },
            samples: each.samples.map(({ at, value }) => ({ at, value, stale: false })),
          })),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('gives the samples of selected series alone, and decodes the others once', () => {
    const wanted = { __name__: 'load', instance: 'a' };
    const series = ['a', 'b', 'c'].map((instance) => ({
      labels: { __name__: 'load', instance },
      samples: [{ at: 1000, value: 1 }],
    }));
    let asked = 0;
    const some = createWriteReader((set) => {
      asked += 1;
      return set.instance === wanted.instance ? seriesHash(set) : undefined;
    });
    for (let round = 0; round < 3; round += 1) {
      const found = some.read(version, encode(series));
      expect(found.samples).toBe(3);
      expect(found.series).toMatchObject([{ labels: wanted, hash: seriesHash(wanted) }]);
    }
    expect(asked).toBe(3);
  });

  test('knows a stale marker from a NaN', () => {
    const marker = Buffer.alloc(8);
    marker.writeBigUInt64LE(0x7ff0000000000002n);
    const plain = encode([{ labels: { __name__: 'x' }, samples: [{ at: 1, value: Number.NaN }] }]);
    const nan = Buffer.alloc(8);
    nan.writeDoubleLE(Number.NaN);
    const stale = Buffer.from(plain);
    marker.copy(stale, plain.indexOf(nan));
    expect(reader().read(version, plain).series[0]?.samples).toEqual([
      { at: 1, value: Number.NaN, stale: false },
    ]);
    expect(reader().read(version, stale).series[0]?.samples).toEqual([
      { at: 1, value: Number.NaN, stale: true },
    ]);
  });

  test('cut off at any byte is either a smaller request or malformed, never a crash', () => {
    const whole = encode([
      {
        labels: { __name__: 'load', instance: 'a' },
        samples: [{ at: 1_579_355_129_123, value: 2 }],
      },
    ]);
    for (let end = 0; end < whole.length; end += 1) {
      const outcome = attempt(() => reader().read(version, whole.subarray(0, end)));
      expect(outcome === 'read' || outcome instanceof MalformedWrite).toBe(true);
    }
  });

  test('of any bytes is read or malformed, never a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const outcome = attempt(() => reader().read(version, Buffer.from(bytes)));
        expect(outcome === 'read' || outcome instanceof MalformedWrite).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Requests of one sender, one after the other: which series, and in which order, changes as it pleases. */
const senders = fc.array(labels, { minLength: 1, maxLength: 6 }).chain((sets) => {
  const series = fc.record({
    labels: fc.constantFrom(...sets),
    samples: fc.array(sample, { maxLength: 3 }),
  });
  return fc.array(fc.array(series, { maxLength: 8 }), { maxLength: 8 });
});

test.each(forms)(
  'a reader of %s that remembers gives what a new one gives',
  (_title, encode, version) => {
    const select = (set: Labels) => {
      const hash = seriesHash(set);
      return hash < '8' ? hash : undefined;
    };
    fc.assert(
      fc.property(senders, (sent) => {
        const remembering = createWriteReader(select);
        for (const series of sent) {
          const bytes = encode(series);
          expect(remembering.read(version, bytes)).toEqual(
            createWriteReader(select).read(version, bytes),
          );
        }
      }),
      { numRuns: 200 },
    );
  },
);

test('labels that do not stand together are read, and not taken for what they are the beginning of', () => {
  const ofA = encode1([{ labels: { a: '1' }, samples: [] }]).subarray(2, 10);
  const ofB = encode1([{ labels: { b: '2' }, samples: [] }]).subarray(2, 10);
  const value = encode1([{ labels: {}, samples: [{ at: 7, value: 1 }] }]).subarray(2, 15);
  const request = (...fields: readonly Uint8Array[]) => {
    const body = Buffer.concat(fields);
    return Buffer.concat([Buffer.from([0x0a, body.length]), body]);
  };
  const some = reader();
  const read = (...fields: readonly Uint8Array[]) => {
    const { series, samples } = some.read(1, request(...fields));
    return { samples, labels: series.map((each) => each.labels), at: series[0]?.samples[0]?.at };
  };
  for (let round = 0; round < 3; round += 1) {
    expect(read(ofA, value)).toEqual({ samples: 1, labels: [{ a: '1' }], at: 7 });
    expect(read(ofA, value, ofB)).toEqual({ samples: 1, labels: [{ a: '1', b: '2' }], at: 7 });
    expect(read(ofA, ofB, value)).toEqual({ samples: 1, labels: [{ a: '1', b: '2' }], at: 7 });
    expect(read(value, ofA)).toEqual({ samples: 1, labels: [{ a: '1' }], at: 7 });
  }
});

test.each(forms)(
  'texts of %s that are no UTF-8 are malformed; the sign for such is none',
  (_title, encode, version) => {
    const bytes = (value: string) => encode([{ labels: { a: value }, samples: [] }]);
    expect(reader().read(version, bytes('\ufffd')).series).toHaveLength(1);
    const cut = bytes('xyz');
    Buffer.from([0xf0, 0x9f, 0x98]).copy(cut, cut.indexOf('xyz'));
    expect(() => reader().read(version, cut)).toThrow('no UTF-8');
  },
);

test('label names go by their bytes, as Go sorts them, and not by their UTF-16 units', () => {
  const pairs = [
    ['\ufb01', '1'],
    ['\u{1f600}', '2'],
  ] as const;
  expect(all().chooseOnce(() => pairs)?.labels).toEqual(Object.fromEntries(pairs));
});

test('texts of 2.0 that only look alike when put together are told apart', () => {
  const parted = { a: 'x', b: 'y' };
  const joined = ['\uffff', '\u0000', ',', '\ufffd'].map((mark) => ({ a: `x${mark}b${mark}y` }));
  const samples = [{ at: 1, value: 1 }];
  const series = [parted, ...joined].map((labels) => ({ labels, samples }));
  const found = reader().read(2, encode2(series)).series;
  expect(found.map(({ labels }) => labels)).toEqual([parted, ...joined]);
});

test.each([
  [
    'unsorted',
    [
      ['b', '1'],
      ['a', '2'],
    ],
    'label a comes after b',
  ],
  [
    'doubled',
    [
      ['a', '1'],
      ['a', '2'],
    ],
    'label a is there twice',
  ],
  ['nameless', [['', '1']], 'has no name'],
  ['without a value', [['a', '']], 'label a has no value'],
] as const)('labels that are %s are malformed', (_title, pairs, words) => {
  expect(() => all().chooseOnce(() => pairs)).toThrow(words);
});

function attempt(work: () => unknown): unknown {
  try {
    work();
    return 'read';
  } catch (error) {
    return error;
  }
}
