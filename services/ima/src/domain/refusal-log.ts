import {
  type Labels,
  type Refusal,
  type RefusalReason,
  type SelectionReport,
  seriesHash,
} from '@slicecast/contracts';

/** As many refusals are told one by one; all of them are counted. */
const mostTold = 1000;

/** Series that did not become candidates, and why. */
export class RefusalLog {
  readonly counts: Record<string, number> = {};
  readonly told: Refusal[] = [];

  add(labels: Labels, reason: RefusalReason, detail?: string, of?: Labels): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    if (this.told.length >= mostTold) return;
    this.told.push({
      series: seriesHash(labels),
      labels,
      reason,
      ...(detail === undefined ? {} : { detail }),
      ...(of === undefined ? {} : { of: seriesHash(of) }),
    });
  }
}

/** The selection's report with what the extraction had refused before it. */
export function withRefusals(
  report: SelectionReport,
  earlier: { readonly counts: Readonly<Record<string, number>>; readonly told: readonly Refusal[] },
): SelectionReport {
  const refusedCounts = { ...report.refusedCounts };
  for (const [reason, count] of Object.entries(earlier.counts)) {
    refusedCounts[reason] = (refusedCounts[reason] ?? 0) + count;
  }
  const refusals = [...report.refusals, ...earlier.told].slice(0, mostTold);
  return { ...report, refusedCounts, refusals };
}
