import { type Labels, seriesHash } from '@slicecast/contracts';
import { exactSelector } from '../../domain/promql.ts';
import type { ConfinedSource, TimeRange } from '../../ports.ts';
import type { Ask } from './asking.ts';

export interface ReadSamples {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/**
 * One series' samples in (startMs, endMs], with their real times: a range selector at an instant.
 * A range query would repeat the last sample for five minutes and make a dead exporter look alive.
 */
export async function readSeries(
  { source, ask }: { readonly source: ConfinedSource; readonly ask: Ask },
  labels: Labels,
  range: TimeRange,
  maxSamples: number,
): Promise<ReadSamples> {
  const selector = exactSelector(labels, source.confinement);
  const hash = seriesHash(labels);
  // One sample a second at most; finer ones make longer answers, which the source's reader bounds.
  const longestMs = maxSamples * 1000;
  const times: number[] = [];
  const values: number[] = [];
  for (let from = range.startMs; from < range.endMs; from += longestMs) {
    const to = Math.min(from + longestMs, range.endMs);
    const expression = `${selector}[${Math.ceil((to - from) / 1000)}s]`;
    const answer = await ask((signal) => source.prometheus.at(expression, to, signal));
    const found = answer.find((series) => seriesHash(series.labels) === hash);
    found?.times.forEach((at, row) => {
      // Prometheus 2 counts the left end in, and a duration of whole seconds may reach back too far.
      if (at <= (times.at(-1) ?? from)) return;
      times.push(at);
      values.push(found.values[row] ?? Number.NaN);
    });
  }
  return { times, values };
}
