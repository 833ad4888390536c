import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeSeriesStream,
  encodeSeriesStream,
  type Feature,
  type SeriesRecord,
  seriesHash,
} from '../src/index.ts';

const labels = { __name__: 'node_load1', instance: 'a:9100', job: 'node' };
const feature: Feature = {
  series: seriesHash(labels),
  labels,
  transform: 'rate',
  windowMs: 15_000,
  maxAgeMs: 2500,
};

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function roundTrip(records: readonly SeriesRecord[]): Promise<SeriesRecord[]> {
  return all(decodeSeriesStream(encodeSeriesStream(records)));
}

describe('the stream of series', () => {
  test('comes back as it was sent, missing values among them', async () => {
    const column = fc.float64Array({ minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(column, fc.array(column), async (kpi, columns) => {
        const records: SeriesRecord[] = [
          { role: 'clock', feature: null, values: Float64Array.of(1000, 2000, 3000) },
          { role: 'kpi', feature: null, values: kpi },
          ...columns.map((values) => ({ role: 'candidate', feature, values }) as const),
        ];
        expect(await roundTrip(records)).toEqual(records);
      }),
      { numRuns: 30 },
    );
  });

  test('is written batch by batch as it is read', async () => {
    let made = 0;
    function* records(): Generator<SeriesRecord> {
      for (made = 1; made <= 100; made += 1) {
        yield { role: 'candidate', feature, values: new Float64Array(100_000).fill(made) };
      }
    }
    const bytes = encodeSeriesStream(records());
    for await (const _chunk of bytes) break;
    expect(made).toBeLessThan(20);
  });

  test('that is cut off is refused', async () => {
    const record = { role: 'candidate', feature, values: new Float64Array(10) } as const;
    const whole = Buffer.concat(await all(encodeSeriesStream([record])));
    for (const length of [0, 20, 300, whole.length - 8]) {
      async function* cut() {
        yield whole.subarray(0, length);
      }
      await expect(all(decodeSeriesStream(cut()))).rejects.toThrow();
    }
  });

  test('that is no Arrow is refused', async () => {
    async function* text() {
      yield new TextEncoder().encode('timestamp,v\n1,2\n');
    }
    await expect(all(decodeSeriesStream(text()))).rejects.toThrow();
  });
});
