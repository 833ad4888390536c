import { expect, test } from 'vitest';
import { confineQuery, faultOfPromql } from '../../src/promql/confine-query.ts';

const own = 'instance=~"a|b"';

test.each([
  ['up', 'up{instance=~"a|b"}'],
  ['up{}', 'up{instance=~"a|b"}'],
  ['{__name__="up"}', '{instance=~"a|b",__name__="up"}'],
  ['rate(up{job="x",}[5m])', 'rate(up{instance=~"a|b",job="x",}[5m])'],
  [
    'sum by (le) (up offset 5m) / on(job) group_left other{}',
    'sum by (le) (up{instance=~"a|b"} offset 5m) / on(job) group_left other{instance=~"a|b"}',
  ],
  [
    'label_replace(up, "instance", "$1", "x", "up{}")',
    'label_replace(up{instance=~"a|b"}, "instance", "$1", "x", "up{}")',
  ],
  ['max_over_time(up[5m:1m])', 'max_over_time(up{instance=~"a|b"}[5m:1m])'],
  ['{"node.load", job="x"}', '{instance=~"a|b","node.load", job="x"}'],
  ['up # of{}\n', 'up{instance=~"a|b"} # of{}\n'],
  ['1 + 1', '1 + 1'],
])('%s is confined in each of its selectors', (query, confined) => {
  expect(confineQuery(query, own)).toBe(confined);
  expect(faultOfPromql(confined)).toBeUndefined();
});

test.each([
  ['up{', 'ends too early'],
  ['up or', 'ends too early'],
  ['up down', 'at `down`'],
  ['rate(up[5m]', 'ends too early'],
  ['up} or {job="x"', 'at `}'],
  ['', 'ends too early'],
])('%s is refused, with the place of the fault', (query, words) => {
  expect(faultOfPromql(query)).toContain(words);
  expect(confineQuery(query, own)).toBe(query);
});

test('without matchers a query stays as it is', () => {
  expect(confineQuery('up', '')).toBe('up');
});
