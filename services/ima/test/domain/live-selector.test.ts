import { describe, expect, test } from 'vitest';
import { isPlainSelector, liveSelector } from '../../src/domain/live-selector.ts';

describe('liveSelector', () => {
  test('names one series by equality', () => {
    expect(liveSelector([{ __name__: 'up', job: 'node' }], '')).toBe('{__name__="up",job="node"}');
  });

  test('names several by alternations over the labels that all carry', () => {
    const series = [
      { __name__: 'b', instance: '10.0.0.1:9100', device: 'eth0' },
      { __name__: 'a', instance: '10.0.0.2:9100' },
    ];
    expect(liveSelector(series, 'cluster="x"')).toBe(
      '{__name__=~"a|b",instance=~"10\\\\.0\\\\.0\\\\.1:9100|10\\\\.0\\\\.0\\\\.2:9100",cluster="x"}',
    );
  });

  test('quotes what a label value may hold', () => {
    expect(liveSelector([{ path: 'C:\\a "b"' }], '')).toBe('{path="C:\\\\a \\"b\\""}');
  });
});

test.each([
  ['latency_p99', true],
  ['latency_p99{client="a"}', true],
  ['{__name__="latency_p99"}', true],
  ['rate(requests_total[1m])', false],
  ['a + b', false],
  ['latency_p99[5m]', false],
])('%s: a plain selector? %s', (query, plain) => {
  expect(isPlainSelector(query)).toBe(plain);
});
