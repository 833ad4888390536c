import { confineQuery } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { KpiSamples } from '../../adapters/extraction-store.ts';
import { splitGrid } from '../../domain/coarse-grid.ts';
import { isPlainSelector } from '../../domain/live-selector.ts';
import { usualDistance } from '../../domain/scrape-interval.ts';
import type { ConfinedSource, SampledSeries, TimeRange } from '../../ports.ts';
import type { Ask } from './asking.ts';

/** Fewer values say nothing of a KPI. */
const leastSamples = 2;
const mostPoints = 11_000;

/**
 * The KPI from PromQL over a range: of a plain selector the samples with their real times, of an
 * expression its values at every scrape interval; both see the slice's series alone. AppError 422
 * unless exactly one series answers.
 */
export async function readKpi(
  parts: { readonly source: ConfinedSource; readonly ask: Ask },
  query: string,
  range: TimeRange,
): Promise<KpiSamples> {
  const read = isPlainSelector(query) ? readSamples : readValues;
  const confined = confineQuery(query, parts.source.confinement);
  const times: number[] = [];
  const values: number[] = [];
  for await (const answer of read(parts, confined, range)) {
    if (answer.length > 1) throw notOne(confined, answer.length);
    answer[0]?.times.forEach((at, row) => {
      const value = answer[0]?.values[row] ?? Number.NaN;
      if (!Number.isFinite(value) || at < range.startMs || at <= (times.at(-1) ?? -1)) return;
      times.push(at);
      values.push(value);
    });
  }
  if (times.length < leastSamples) throw notOne(confined, 0);
  const at = Float64Array.from(times);
  return { at, values: Float64Array.from(values), stepMs: usualDistance(at) ?? 1000 };
}

type Reader = (
  parts: { readonly source: ConfinedSource; readonly ask: Ask },
  query: string,
  range: TimeRange,
) => AsyncGenerator<readonly SampledSeries[]>;

const readSamples: Reader = async function* ({ source, ask }, query, range) {
  const chunkMs = mostPoints * 1000;
  for (let from = range.startMs; from < range.endMs; from += chunkMs) {
    const to = Math.min(from + chunkMs, range.endMs);
    // One second more: Prometheus 3 leaves the left end out.
    const expression = `${query.trim()}[${Math.ceil((to - from) / 1000) + 1}s]`;
    yield await ask((signal) => source.prometheus.at(expression, to, signal));
  }
};

const readValues: Reader = async function* ({ source, ask }, query, { startMs, endMs }) {
  const stepMs = source.scrapeIntervalMs ?? 1000;
  const points = Math.floor((endMs - startMs) / stepMs) + 1;
  for (const run of splitGrid({ startMs, stepMs, points }, mostPoints)) {
    const lastMs = run.startMs + (run.points - 1) * stepMs;
    const asked = { startMs: run.startMs, endMs: lastMs, stepMs };
    yield await ask((signal) => source.prometheus.range(query, asked, signal));
  }
};

function notOne(query: string, found: number): AppError {
  const what = found === 0 ? 'no usable values' : `${found} series`;
  return new AppError(
    `kpiQuery \`${query.slice(0, 200)}\` gives ${what} in the range; exactly one series is needed`,
    { status: 422, code: 'kpi-query-unusable', errors: [{ field: '/kpiQuery', message: what }] },
  );
}
