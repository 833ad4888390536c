import { expect, test } from 'vitest';
import {
  isAsAsked,
  readRoot,
  type SettableRoot,
} from '../../../src/adapters/actuators/token-bucket.ts';

// Answers of `tc -j qdisc show dev …`, iproute2 6.1.
const tbf =
  '[{"kind":"tbf","handle":"8002:","root":true,"refcnt":2,"options":{"rate":15432098,"burst":10231,"lat":1000}}]';
const multiqueue = `[{"kind":"mq","handle":"0:","root":true,"options":{}},
  {"kind":"fq_codel","handle":"0:","parent":":1","options":{"limit":10240}}]`;
const peak =
  '[{"kind":"tbf","handle":"1:","root":true,"options":{"rate":125000,"burst":10000,"peakrate":250000,"minburst":1500,"lat":1000}}]';

test('a filter is read in bits a second', () => {
  expect(readRoot(tbf)).toEqual({
    kind: 'tbf',
    bucket: { rate: 123_456_784, burstBytes: 10_231, latencyUs: 1000 },
  });
});

test.each([
  ['no queue at all', '[]'],
  ['a queue for each of the card', multiqueue],
])('%s is what the kernel attaches by itself', (_title, answer) => {
  expect(readRoot(answer)).toEqual({ kind: 'default' });
});

test.each([
  ['htb 1:', '[{"kind":"htb","handle":"1:","root":true,"options":{"r2q":10}}]'],
  ['tbf 1: with rate, burst, peakrate, minburst, lat', peak],
])("%s is another's, as it could not be put back", (what, answer) => {
  expect(readRoot(answer)).toEqual({ kind: 'foreign', what });
});

test.each(['', 'qdisc tbf 8002: root refcnt 2', '{}', '[{"kind":"tbf"}]'])(
  '%j is not understood',
  (answer) => {
    expect(() => readRoot(answer)).toThrow('in JSON');
  },
);

const asked = (changes: object): SettableRoot => ({
  kind: 'tbf',
  bucket: { rate: 123_456_789, burstBytes: 10_240, latencyUs: 1000, ...changes },
});

test('what is read back may have lost what the kernel rounds off, and no more', () => {
  expect(isAsAsked(readRoot(tbf), asked({}))).toBe(true);
  expect(isAsAsked(readRoot(tbf), asked({ rate: 123_456_800 }))).toBe(false);
  expect(isAsAsked(readRoot(tbf), asked({ burstBytes: 10_300 }))).toBe(false);
  expect(isAsAsked(readRoot(tbf), asked({ latencyUs: 2000 }))).toBe(false);
  expect(isAsAsked({ kind: 'default' }, asked({}))).toBe(false);
});
