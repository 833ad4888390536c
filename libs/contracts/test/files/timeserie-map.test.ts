import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePythonDict } from '../../src/files/python-dict.ts';
import { pythonDictRepr } from '../../src/files/python-repr.ts';
import { parseTimeserieMap, seriesHash, writeTimeserieMap } from '../../src/index.ts';
import { recordsOf } from './records.ts';

const labels = { __name__: 'node_sockstat_TCP_alloc', instance: '192.168.0.107:9100', job: 'node' };
const hash = '7726551a4b5861acf9598b03f676222f5d10656d';
const python = `metricHash,metricInfo
${hash},"{'__name__': 'node_sockstat_TCP_alloc', 'instance': '192.168.0.107:9100', 'job': 'node'}"
`;

describe('a timeserie_map', () => {
  test('is written as MLO-V2 writes it', () => {
    expect([...writeTimeserieMap([{ labels }])].join('')).toBe(python);
  });

  test('is read in its Python form', async () => {
    const parsed = await parseTimeserieMap(recordsOf(python));
    expect(parsed).toEqual({ ok: true, value: [{ series: hash, labels }] });
  });

  test('is read as JSON of labels', async () => {
    const json = JSON.stringify(labels).replaceAll('"', '""');
    const parsed = await parseTimeserieMap(recordsOf(`metricHash,metricInfo\n${hash},"${json}"\n`));
    expect(parsed).toEqual({ ok: true, value: [{ series: hash, labels }] });
  });

  test('carries the transform in its JSON form', async () => {
    const entry = { labels, transform: 'rate', windowMs: 60_000, maxAgeMs: 2500 } as const;
    const text = [...writeTimeserieMap([entry], 'json')].join('');
    const parsed = await parseTimeserieMap(recordsOf(text));
    expect(parsed).toEqual({ ok: true, value: [{ series: hash, ...entry }] });
  });

  test.each([
    ['nothing in it', '', 'file-empty'],
    ['a header alone', 'metricHash,metricInfo\n', 'file-header-only'],
    ['another header', 'hash,info\n', 'column-unknown'],
    [
      'labels that are neither form',
      `metricHash,metricInfo\n${hash},{job: node}\n`,
      'labels-unreadable',
    ],
    [
      'another hash than its labels',
      `metricHash,metricInfo\nabc,"{'job': 'node'}"\n`,
      'hash-mismatch',
    ],
  ])('with %s is refused', async (_title, text, code) => {
    const parsed = await parseTimeserieMap(recordsOf(text));
    expect(parsed).toMatchObject({ ok: false, problem: { code } });
  });

  test('that was written is read back, in both forms, whatever the labels hold', async () => {
    // The tests' own reader takes a record for a line; quoted line breaks are the real reader's.
    const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll(/[\r\n]/g, ' '));
    const entries = fc.array(fc.dictionary(text, text, { noNullPrototype: true }), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(entries, fc.constantFrom('python', 'json'), async (sets, form) => {
        const map = sets.map((set) => ({ labels: set }));
        const parsed = await parseTimeserieMap(
          recordsOf([...writeTimeserieMap(map, form as 'python' | 'json')].join('')),
        );
        const expected = map.map((entry) => ({ series: seriesHash(entry.labels), ...entry }));
        expect(parsed).toEqual({ ok: true, value: expected });
      }),
    );
  });
});

describe("a Python dict's text", () => {
  test.each([
    ['{}', {}],
    [`{'a': 'b',}`, { a: 'b' }],
    [`{u'a': u'b'}`, { a: 'b' }],
    [`{'a': "it's"}`, { a: "it's" }],
    [String.raw`{'a': 'tab\t quote\' \x41\u00e9\U0001f600'}`, { a: "tab\t quote' Aé😀" }],
  ])('%s is read', (text, expected) => {
    expect(parsePythonDict(text)).toEqual(expected);
  });

  test.each(['', '{', `{'a'}`, `{'a': 1}`, `{'a': 'b'`, `{'a': 'b'} x`, `{'a': '\\xg0'}`, `{,}`])(
    '%j is refused',
    (text) => {
      expect(parsePythonDict(text)).toBeUndefined();
    },
  );

  test('that was written is read back', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), {
          noNullPrototype: true,
        }),
        (set) => {
          expect(parsePythonDict(pythonDictRepr(Object.entries(set)))).toEqual(set);
        },
      ),
    );
  });
});
