import { describe, expect, test } from 'vitest';
import { confinementOf, nameFilter } from '../../src/domain/confinement.ts';
import { exactSelector, namesSelector } from '../../src/domain/promql.ts';

describe('a selector', () => {
  test('of one series names every label, quoted, inside the confinement', () => {
    const labels = { __name__: 'disk', path: 'C:\\"x"\n', 'k8s.pod': 'a' };
    expect(exactSelector(labels, 'job="node"')).toBe(
      '{__name__="disk","k8s.pod"="a",path="C:\\\\\\"x\\"\\n",job="node"}',
    );
  });

  test('of names escapes what a regular expression would read otherwise', () => {
    expect(namesSelector(['up'], '')).toBe('{__name__="up"}');
    expect(namesSelector(['a.b', 'c'], 'x="1"')).toBe('{__name__=~"a\\\\.b|c",x="1"}');
  });
});

describe('the confinement of a slice', () => {
  test("is the slice's hosts at any port, and not their prefixes", () => {
    const confinement = confinementOf({}, ['10.0.0.1', 'db-1.example']);
    expect(confinement).toBe('instance=~"(10\\\\.0\\\\.0\\\\.1|db-1\\\\.example)(:[0-9]+)?"');
    const [, pattern = ''] = /"(.*)"/.exec(confinement) ?? [];
    const regex = new RegExp(`^(?:${pattern.replaceAll('\\\\', '\\')})$`);
    expect(['10.0.0.1:9100', '10.0.0.1', 'db-1.example:80'].every((text) => regex.test(text))).toBe(
      true,
    );
    expect(['10.0.0.10:9100', '10a0.0.1', 'x10.0.0.1'].some((text) => regex.test(text))).toBe(
      false,
    );
  });

  test.each([
    ['{job="node"}', 'job="node"'],
    [' { job="node", } ', 'job="node"'],
    ['job="node",env="prod"', 'job="node",env="prod"'],
  ])("is the operator's selector %s without its braces", (selector, confinement) => {
    expect(confinementOf({ selector }, ['ignored'])).toBe(confinement);
  });
});

test('names are allowed and denied by patterns over the whole name', () => {
  const takes = nameFilter({ allow: ['node_.*', 'up'], deny: ['node_scrape_.*'] });
  expect(['node_load1', 'up', 'upper', 'node_scrape_x', 'go_gc'].filter(takes)).toEqual([
    'node_load1',
    'up',
  ]);
  expect(nameFilter({})('anything')).toBe(true);
});
