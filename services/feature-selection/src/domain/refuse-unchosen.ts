import { type Column, duplicateCorrelation, similarity } from './column.ts';
import { aloneRule, isGain } from './gain.ts';
import type { JudgedColumn } from './judge-columns.ts';
import type { Refusals } from './refusals.ts';

/** Says of every column that was not taken why; `usable` are those that a greater K would have got. */
export function refuseUnchosen(
  judged: readonly JudgedColumn[],
  chosen: readonly Column[],
  usable: ReadonlySet<Column>,
  refusals: Refusals,
): void {
  for (const { column, alone } of judged) {
    if (chosen.includes(column)) continue;
    const twin = chosen.find((other) => similarity(column, other) > duplicateCorrelation);
    const percent = `${(100 * alone.mean).toFixed(1)} %`;
    const blocks = `${Math.round(alone.positiveShare * alone.byBlock.length)} of ${alone.byBlock.length}`;
    if (twin !== undefined) {
      const detail = `says the same as ${twin.feature.series} (|ρ| > ${duplicateCorrelation})`;
      refusals.add(column.feature, 'duplicate', detail, twin.feature);
    } else if (usable.has(column)) {
      refusals.add(column.feature, 'cut', `usable, but beyond the K that was asked for`);
    } else if (isGain(alone, aloneRule)) {
      const detail = `takes ${percent} off the held-out error alone, and nothing beside the chosen`;
      refusals.add(column.feature, 'no-gain', detail);
    } else if (alone.mean >= aloneRule.leastMean) {
      const detail = `takes ${percent} off the held-out error, but only in ${blocks} later blocks (t = ${alone.t.toFixed(1)})`;
      refusals.add(column.feature, 'unstable', detail);
    } else {
      const detail = `takes ${percent} off the held-out error: it does not forecast the KPI`;
      refusals.add(column.feature, 'no-gain', detail);
    }
  }
}
