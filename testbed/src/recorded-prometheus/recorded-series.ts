import { recordedLabels } from './recorded-labels.ts';
import type { RecordedSeries } from './series.ts';
import { type Moment, traceRow } from './timeline.ts';
import type { Trace } from './trace.ts';

/**
 * Every recorded column under its real labels. A column that was kept in the other flavor's trace
 * alone is served from there, at the same row of the load: a Prometheus has its series in both.
 */
export function recordedSeries(traces: ReadonlyMap<number, Trace>): readonly RecordedSeries[] {
  const hashes = new Set([...traces.values()].flatMap(({ columns }) => [...columns.keys()]));
  const labelsOf = recordedLabels();
  return [...hashes].map((hash) => {
    const labels = labelsOf.get(hash);
    if (labels === undefined) throw new Error(`recorded column ${hash} has no known labels`);
    const valueAt = (_second: number, { flavorId, loadRow }: Moment) =>
      cellOf(traces, flavorId, hash, loadRow) ?? anyCell(traces, hash, loadRow);
    return { labels, valueAt };
  });
}

/** The tenant's KPI under the flavor in force, ms. */
export function recordedKpi(
  traces: ReadonlyMap<number, Trace>,
  { flavorId, loadRow }: Moment,
): number | undefined {
  const value = traces.get(flavorId)?.kpi[traceRow(flavorId, loadRow)];
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function cellOf(
  traces: ReadonlyMap<number, Trace>,
  flavorId: number,
  hash: string,
  loadRow: number,
): number | undefined {
  return traces.get(flavorId)?.columns.get(hash)?.[traceRow(flavorId, loadRow)];
}

function anyCell(traces: ReadonlyMap<number, Trace>, hash: string, loadRow: number) {
  for (const flavorId of traces.keys()) {
    const value = cellOf(traces, flavorId, hash, loadRow);
    if (value !== undefined) return value;
  }
  return undefined;
}
