import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  floatField,
  isRecordable,
  lineOf,
  measurementName,
  stringField,
  tagText,
  tagTexts,
} from '../../src/domain/line-protocol.ts';
import { parseLines } from '../fakes/parse-lines.ts';

/** Text full of what line protocol is made of. */
const awkward = fc.string({
  unit: fc.constantFrom(
    ',',
    '=',
    ' ',
    '\\',
    '"',
    '\n',
    '\r',
    '\t',
    '#',
    "'",
    'a',
    'é',
    '→',
    '💾',
    '0',
  ),
  maxLength: 12,
});
const text = fc.oneof(
  awkward,
  fc.string({ unit: 'binary' }).map((each) => each.toWellFormed()),
);

/** What is kept of a name: line ends in InfluxDB's own form, and no backslash at the end. */
function kept(name: string): string {
  const line = name.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return line.endsWith('\\') ? `${line} ` : line;
}

describe('a line', () => {
  test('is read back as it was written, whatever names, labels and texts hold', () => {
    fc.assert(
      fc.property(
        text.filter((name) => name !== ''),
        fc.dictionary(text, text, { maxKeys: 4 }),
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.nat(2 ** 42),
        (name, labels, said, number, at) => {
          const measurement = measurementName(name) ?? '';
          const fields = [
            ['value', floatField(number)],
            ['text', stringField(said)],
          ] as const;
          const line = lineOf(measurement, tagTexts(labels), fields, at) ?? '';
          const points = parseLines(`${line}\n${line}`);
          const tags = Object.entries(labels).filter(([key, value]) => key !== '' && value !== '');
          const expected = {
            measurement: name.startsWith('#') ? `\\${kept(name)}` : kept(name),
            tags: Object.fromEntries(tags.map(([key, value]) => [kept(key), kept(value)])),
            fields: { value: Object.is(number, -0) ? 0 : number, text: said },
            at,
          };
          expect(points).toEqual([expected, expected]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['a,b', ',k=a\\,b'],
    ['a b', ',k=a\\ b'],
    ['a=b', ',k=a\\=b'],
    ['a\\b', ',k=a\\b'],
    ['C:\\', ',k=C:\\\\ '],
    ['two\nlines', ',k=two\\nlines'],
    ['', ''],
    ['Größe', ',k=Größe'],
  ])('has a tag of value %j as %j', (value, expected) => {
    expect(tagText('k', value)).toBe(expected);
  });

  test('is none without a field that has a value', () => {
    expect(lineOf('m', '', [['value', floatField(Number.NaN)]], 0)).toBeUndefined();
    expect(lineOf('m', '', [['value', floatField(null)]], 0)).toBeUndefined();
  });

  test.each([0, 1_579_355_129_000, 9_223_372_036_854])('can be about instant %d', (at) => {
    expect(isRecordable(at)).toBe(true);
  });

  test.each([-1, 0.5, Number.NaN, 9_223_372_036_855, 8_640_000_000_000_000])(
    'cannot be about instant %d',
    (at) => {
      expect(isRecordable(at)).toBe(false);
    },
  );
});
