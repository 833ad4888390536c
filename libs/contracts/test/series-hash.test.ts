import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { pythonRepr } from '../src/files/python-repr.ts';
import { seriesHash } from '../src/index.ts';
import { pythonHashes } from './python-hashes.ts';

function node(name: string, instance: string) {
  return { job: 'node', instance: `${instance}:9100`, __name__: name };
}

describe("a series' hash", () => {
  test.each([
    ['node_sockstat_TCP_alloc', '192.168.0.107', '7726551a4b5861acf9598b03f676222f5d10656d'],
    ['node_sockstat_sockets_used', '192.168.0.113', '77fc3393c6c6e0a2487422886363667aee953244'],
    ['node_sockstat_TCP_inuse', '192.168.0.109', '7ce37b95947d27775788beaa9899ea94c888434c'],
    ['node_netstat_Tcp_CurrEstab', '192.168.0.109', '830ca47eee5b372f4c0f1810ac25d7b4c687fbbf'],
    ['node_sockstat_TCP_alloc', '192.168.0.108', '6b8b348220e0880d2d4bb373cd58ac920cc08fa0'],
    [
      'node_timex_frequency_adjustment_ratio',
      '192.168.0.109',
      'e1d57830999309ddcd17736d7b05a3ba4b8ed532',
    ],
  ])('of %s at %s is the one MLO-V2 computes', (name, instance, hash) => {
    expect(seriesHash(node(name, instance))).toBe(hash);
  });

  test.each(pythonHashes)('of %j is the one Python computes', (labels, hash) => {
    expect(seriesHash(labels)).toBe(hash);
  });

  test('escapes every code point as Python 3.11 does', () => {
    const hash = createHash('sha1');
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
      hash.update(pythonRepr(String.fromCodePoint(codePoint)));
    }
    // python3.11: sha1 over repr(chr(c)).encode() for c in range(0x110000)
    expect(hash.digest('hex')).toBe('2d734ee05531dbd3bdeeca65132fc6f9d57d6c7a');
  });

  test('recognises every column of the recorded traces', async () => {
    const known = new Set([
      ...['node_sockstat_TCP_alloc', 'node_sockstat_TCP_inuse'].flatMap(atEveryHost),
      ...['node_netstat_Tcp_CurrEstab', 'node_sockstat_sockets_used'].flatMap(atEveryHost),
      seriesHash({
        ...node('node_scrape_collector_duration_seconds', '192.168.0.116'),
        collector: 'mdadm',
      }),
    ]);
    const columns = new Set([...(await columnsOf('flavor_1')), ...(await columnsOf('flavor_2'))]);
    expect(columns.size).toBe(19);
    expect([...columns].filter((column) => !known.has(column))).toEqual([]);
  });
});

function atEveryHost(name: string): string[] {
  return ['107', '108', '109', '113', '116'].map((host) =>
    seriesHash(node(name, `192.168.0.${host}`)),
  );
}

async function columnsOf(flavor: string): Promise<string[]> {
  const path = `../../../testbed/data/mlo-v2/${flavor}/x_selected_metrics.csv`;
  const stream = createReadStream(new URL(path, import.meta.url));
  for await (const line of createInterface({ input: stream })) return line.split(',').slice(1);
  return [];
}
