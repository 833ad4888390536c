import type { Refusal, SelectionReport } from '@slicecast/contracts';
import type { Candidate, SelectionInput } from './candidate.ts';
import { selectorOf } from './promql.ts';
import { isLeaking, kpiLikeness, rankSteps, whyUnusable } from './usable.ts';

export interface SortedOut {
  readonly usable: readonly Candidate[];
  readonly refusals: readonly Refusal[];
  readonly kpiSeries: SelectionReport['kpiSeries'];
}

/** Steps are looked at on at most so many rows: noise shows itself soon. */
const mostRows = 3000;

/** Takes out what cannot be a feature whatever its merit: constant, dead, and the KPI under another name. */
export function sortOut({ kpi, candidates }: SelectionInput): SortedOut {
  const recent = (values: Float64Array) => values.subarray(Math.max(0, values.length - mostRows));
  const kpiSteps = rankSteps(recent(kpi));
  const usable: Candidate[] = [];
  const refusals: Refusal[] = [];
  const kpiSeries: SelectionReport['kpiSeries'] = [];
  for (const candidate of candidates) {
    const { series, labels } = candidate.feature;
    const unusable = whyUnusable(candidate);
    if (unusable !== undefined) {
      refusals.push({ series, labels, reason: unusable });
      continue;
    }
    const likeness = kpiLikeness(recent(candidate.values), kpiSteps);
    if (!isLeaking(likeness)) {
      usable.push(candidate);
      continue;
    }
    const detail = `its ranks move with the KPI's from row to row (${likeness.toFixed(3)})`;
    refusals.push({ series, labels, reason: 'leaking', detail });
    kpiSeries.push({ series, labels, correlation: likeness, query: selectorOf(labels) });
  }
  kpiSeries.sort((a, b) => b.correlation - a.correlation || (a.query < b.query ? -1 : 1));
  return { usable, refusals, kpiSeries };
}
