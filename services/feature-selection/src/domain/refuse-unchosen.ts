import { type Column, duplicateCorrelation, similarity } from './column.ts';
import { aloneRule, isGain } from './gain.ts';
import type { JudgedColumn } from './judge-columns.ts';
import type { Refusals } from './refusals.ts';

/** What became of the columns. */
export interface Choice {
  /** Those that are no stand-ins. */
  readonly main: readonly Column[];
  readonly chosen: ReadonlySet<Column>;
  /** Those that a greater K would have got. */
  readonly usable: ReadonlySet<Column>;
}

/** Says of every column that was not chosen why. O(columns · main · rows). */
export function refuseUnchosen(
  judged: readonly JudgedColumn[],
  { main, chosen, usable }: Choice,
  refusals: Refusals,
): void {
  for (const { column, alone } of judged) {
    if (chosen.has(column)) continue;
    const twin = main.find(
      (other) => chosen.has(other) && similarity(column, other) > duplicateCorrelation,
    );
    const percent = `${(100 * alone.mean).toFixed(1)} %`;
    const blocks = `${Math.round(alone.positiveShare * alone.byBlock.length)} of ${alone.byBlock.length}`;
    if (twin !== undefined) {
      const detail = `says the same as ${twin.feature.series} (|ρ| > ${duplicateCorrelation})`;
      refusals.add(column.feature, 'duplicate', detail, twin.feature);
    } else if (usable.has(column)) {
      refusals.add(column.feature, 'cut', 'usable, but beyond the K that was asked for');
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
