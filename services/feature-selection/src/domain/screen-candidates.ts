import type { SelectionReport } from '@slicecast/contracts';
import { averageRanks } from '@slicecast/stats';
import { type Column, makeColumn } from './column.ts';
import { isKpi, kpiLikeness } from './kpi-likeness.ts';
import { kpiQuery } from './kpi-query.ts';
import type { PairedRows } from './paired-rows.ts';
import type { Refusals } from './refusals.ts';
import type { SelectionTask } from './selection-task.ts';
import { whyUnusable } from './why-unusable.ts';

export interface Screened {
  readonly columns: readonly Column[];
  readonly kpiSeries: SelectionReport['kpiSeries'];
}

/** Refuses what cannot be a feature, and tells which candidates are the KPI under another name, closest first. */
export function screenCandidates(
  task: SelectionTask,
  pairs: PairedRows,
  refusals: Refusals,
): Screened {
  const kpiRanks = averageRanks(task.kpi);
  const columns: Column[] = [];
  const kpiSeries: SelectionReport['kpiSeries'] = [];
  for (const candidate of task.candidates) {
    const { feature, values } = candidate;
    const unusable = whyUnusable(values);
    if (unusable !== undefined) {
      refusals.add(feature, unusable.reason, unusable.detail);
      continue;
    }
    const column = makeColumn(candidate, pairs);
    const likeness = kpiLikeness(column.ranks, kpiRanks);
    if (likeness === undefined || !isKpi(likeness)) {
      columns.push(column);
      continue;
    }
    const { levels, steps, lagRows } = likeness;
    const detail = `follows the KPI from step to step (${steps.toFixed(3)}, ${lagRows} rows behind): it is the KPI, or a function of it`;
    refusals.add(feature, 'leaking', detail);
    const { series, labels } = feature;
    kpiSeries.push({ series, labels, correlation: levels, query: kpiQuery(feature) });
  }
  kpiSeries.sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation));
  return { columns, kpiSeries };
}
