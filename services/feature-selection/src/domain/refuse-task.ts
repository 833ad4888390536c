import type { SelectionReport } from '@slicecast/contracts';
import { fewestPairs } from './held-out-blocks.ts';
import type { PairedRows } from './paired-rows.ts';
import type { Refusals } from './refusals.ts';
import type { SelectionRefused, SelectionTask } from './selection-task.ts';

/** Why nothing can be chosen from these rows; undefined when it can be tried. */
export function whyRefused(task: SelectionTask, pairs: PairedRows): SelectionRefused | undefined {
  const have = pairs.target.length;
  const need = fewestPairs(pairs.horizonPairs);
  if (have < need) {
    const message = `${have} rows have a KPI one horizon (${task.horizonMs / 1000} s) later; ${need} are needed. Send a longer series or choose a shorter horizon.`;
    return { code: 'too-few-rows', message };
  }
  const [first] = pairs.target;
  if (pairs.target.some((value) => value !== first)) return undefined;
  const message = `The KPI is ${first} throughout: there is nothing to forecast. Send a series in which it moves.`;
  return { code: 'kpi-constant', message };
}

/** Says what became of all the candidates, and where the KPI itself was found. */
export function noneUsable(
  { candidates }: SelectionTask,
  { counts }: Refusals,
  kpiSeries: SelectionReport['kpiSeries'],
): SelectionRefused {
  const reasons = Object.entries(counts).map(([reason, count]) => `${count} ${reason}`);
  const kpi = kpiSeries.map(({ query }) => query).slice(0, 3);
  const found = kpi.length === 0 ? '' : ` The KPI itself is there as ${kpi.join(', ')}.`;
  const message = `None of ${candidates.length} candidates forecasts the KPI (${reasons.join(', ')}).${found}`;
  return { code: 'no-usable-candidates', message };
}
