import { seriesHash } from '@slicecast/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeriesChooser } from '../../../src/domain/remote-write/chosen-series.ts';
import { readWriteRequest } from '../../../src/domain/remote-write/read-write-request.ts';
import { readWriteRequest2 } from '../../../src/domain/remote-write/read-write-request-2.ts';
import { MalformedWrite } from '../../../src/domain/remote-write/wire.ts';
import { encode1, encode2, type Written } from '../../fakes/remote-write.ts';

const all = () => new SeriesChooser(() => true);
const forms = [
  ['1.0', encode1, readWriteRequest],
  ['2.0', encode2, readWriteRequest2],
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

describe.each(forms)('remote write %s', (_version, encode, read) => {
  test('is read as an independent encoder wrote it', () => {
    fc.assert(
      fc.property(requests, (series) => {
        const found = read(encode(series), all());
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
    const chooser = new SeriesChooser((hash) => {
      asked += 1;
      return hash === seriesHash(wanted);
    });
    for (let round = 0; round < 3; round += 1) {
      const found = read(encode(series), chooser);
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
    expect(read(plain, all()).series[0]?.samples).toEqual([
      { at: 1, value: Number.NaN, stale: false },
    ]);
    expect(read(stale, all()).series[0]?.samples).toEqual([
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
      const outcome = attempt(() => read(whole.subarray(0, end), all()));
      expect(outcome === 'read' || outcome instanceof MalformedWrite).toBe(true);
    }
  });

  test('of any bytes is read or malformed, never a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const outcome = attempt(() => read(Buffer.from(bytes), all()));
        expect(outcome === 'read' || outcome instanceof MalformedWrite).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

test('label names go by their bytes, as Go sorts them, and not by their UTF-16 units', () => {
  const pairs = [
    ['\ufb01', '1'],
    ['\u{1f600}', '2'],
  ] as const;
  expect(all().choose('spelling', () => pairs)?.labels).toEqual(Object.fromEntries(pairs));
});

test('texts of 2.0 that only look alike when put together are told apart', () => {
  const parted = { a: 'x', b: 'y' };
  const joined = ['\uffff', '\u0000', ',', '\ufffd'].map((mark) => ({ a: `x${mark}b${mark}y` }));
  const samples = [{ at: 1, value: 1 }];
  const series = [parted, ...joined].map((labels) => ({ labels, samples }));
  const found = readWriteRequest2(encode2(series), all()).series;
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
  expect(() => all().choose('spelling', () => pairs)).toThrow(words);
});

function attempt(work: () => unknown): unknown {
  try {
    work();
    return 'read';
  } catch (error) {
    return error;
  }
}
