import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { encodeSeriesStream, type SeriesRecord } from '@slicecast/contracts';
import type { KpiClock } from '../../domain/kpi-clock.ts';
import type { ExtractionFiles } from '../../ports.ts';
import type { FineColumn } from './fine-pass.ts';

/** Key of the raw values of those series that are candidates as rates. */
export function rawKey(key: string): string {
  return `${key}-raw`;
}

/**
 * Writes the candidates as they come, in the form in which they go to feature-selection, and beside
 * them the raw values of rates, which files in MLO-V2's form carry. Returns how many candidates
 * there are. Only one column at a time is in memory.
 */
export async function keepColumns(
  files: ExtractionFiles,
  key: string,
  clock: KpiClock,
  columns: AsyncIterable<FineColumn>,
): Promise<number> {
  const raw = new PassThrough({ objectMode: true, highWaterMark: 4 });
  // Whatever fails is heard through the two promises below.
  raw.on('error', () => undefined);
  const rawKept = files.write(rawKey(key), encodeSeriesStream(raw));
  let kept = 0;
  async function* candidates(): AsyncGenerator<SeriesRecord> {
    yield { role: 'clock', feature: null, values: clock.at };
    yield { role: 'kpi', feature: null, values: clock.kpi };
    for await (const { feature, values, raw: rawValues } of columns) {
      kept += 1;
      yield { role: 'candidate', feature, values };
      if (rawValues === undefined) continue;
      const record: SeriesRecord = { role: 'candidate', feature, values: rawValues };
      // `rawKept` cannot resolve before the end, so that it wins this race by failing alone.
      if (!raw.write(record)) await Promise.race([once(raw, 'drain'), rawKept]);
    }
    raw.end();
  }
  const candidatesKept = files.write(key, encodeSeriesStream(candidates()));
  // Either failure ends the other: a half written pair is worth nothing.
  candidatesKept.catch((error) => raw.destroy(error));
  const outcomes = await Promise.allSettled([candidatesKept, rawKept]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return kept;
}
