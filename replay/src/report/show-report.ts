import type { Outcome } from '../judge/outcome.ts';
import type { RecordReport } from '../record/replay-record.ts';
import type { ReplayReport, ReportedOutcome } from './report.ts';

type Column<Row> = readonly [title: string, cell: (row: Row) => string];

const outcomeColumns: readonly Column<Outcome>[] = [
  ['violation-seconds', ({ violationSeconds }) => figure(violationSeconds)],
  ['violations', ({ violations }) => figure(violations)],
  ['cost', ({ cost }) => figure(cost)],
  ['changes', ({ changes }) => figure(changes)],
  ['lead time, s', ({ leadTimeSeconds: lead }) => (lead === null ? '' : leadOf(lead))],
  ['observed', ({ observedShare }) => `${(100 * observedShare).toFixed(1)} %`],
  ['estimated', ({ estimatedViolationSeconds }) => estimateOf(estimatedViolationSeconds)],
];

const judgedColumns: readonly Column<ReportedOutcome>[] = [
  ['beyond', ({ violationSecondsBeyond }) => figure(violationSecondsBeyond)],
  ['excess', ({ excess }) => figure(excess)],
];

/** The policies side by side, as lines of text. */
export function showReport(report: ReplayReport): string[] {
  return [
    `${report.seconds} s judged, from ${report.from} to ${report.to}; everything learned from the ${report.learnedSeconds} s before`,
    `a change takes ${report.changeSeconds} s; a violation-second is worth ${report.violationPrice}`,
    '',
    ...table(report.policies, [...judgedColumns, ...outcomeColumns]),
    '',
    'beyond: more violation-seconds than on the dearest flavor alone. excess: cost and price of those beyond, over',
    'the best schedule in hindsight. lead time: shortest / median, from when a dearer flavor was in force until',
    'the one before would have violated most of the time.',
  ];
}

/** A live run, decided again. */
export function showRecord({ ticks, different, inexact, policies }: RecordReport): string[] {
  const lost =
    inexact > 0 ? ` (${inexact} under a state of the slice that the log keeps no more)` : '';
  return [
    `${ticks} ticks decided again with the policy of then: ${different} come out otherwise${lost}`,
    '',
    ...table(policies, outcomeColumns),
    '',
    'Where a policy leaves the flavor that was in force, nothing was observed: estimated are the low, middle and',
    'high violation-seconds of those ticks by what was forecast for the flavor it was on.',
  ];
}

function table<Row>(
  byName: Readonly<Record<string, Row>>,
  columns: readonly Column<Row>[],
): string[] {
  const rows = Object.entries(byName).map(([name, row]) => [
    name,
    ...columns.map(([, cell]) => cell(row)),
  ]);
  const head = ['policy', ...columns.map(([title]) => title)];
  const widths = head.map((title, c) =>
    Math.max(title.length, ...rows.map((row) => row[c]?.length ?? 0)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function leadOf({ shortest, median }: { shortest: number; median: number }): string {
  return `${figure(shortest)} / ${figure(median)}`;
}

function estimateOf({ low, mid, high }: { low: number; mid: number; high: number }): string {
  return high === 0 ? '' : `${figure(low)} – ${figure(mid)} – ${figure(high)}`;
}

function figure(value: number): string {
  return String(Math.round(value * 10) / 10);
}
