import type { ReplayReport, ReportedOutcome } from './report.ts';

const columns: readonly [title: string, cell: (outcome: ReportedOutcome) => string][] = [
  ['violation-seconds', ({ violationSeconds }) => figure(violationSeconds)],
  ['beyond', ({ violationSecondsBeyond }) => figure(violationSecondsBeyond)],
  ['violations', ({ violations }) => figure(violations)],
  ['cost', ({ cost }) => figure(cost)],
  ['changes', ({ changes }) => figure(changes)],
  ['lead time, s', ({ leadTimeSeconds: lead }) => (lead === null ? '' : leadOf(lead))],
  ['excess', ({ excess }) => figure(excess)],
  ['observed', ({ observedShare }) => `${(100 * observedShare).toFixed(1)} %`],
  ['estimated', ({ estimatedViolationSeconds }) => estimateOf(estimatedViolationSeconds)],
];

/** The policies side by side, as lines of text. */
export function showReport(report: ReplayReport): string[] {
  const rows = Object.entries(report.policies).map(([name, outcome]) => [
    name,
    ...columns.map(([, cell]) => cell(outcome)),
  ]);
  const head = ['policy', ...columns.map(([title]) => title)];
  const widths = head.map((title, c) =>
    Math.max(title.length, ...rows.map((row) => row[c]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0)))
      .join('  ')
      .trimEnd();
  return [
    `${report.seconds} s judged, from ${report.from} to ${report.to}; everything learned from the ${report.learnedSeconds} s before`,
    `a change takes ${report.changeSeconds} s; a violation-second is worth ${report.violationPrice}`,
    '',
    line(head),
    ...rows.map(line),
    '',
    'beyond: more violation-seconds than on the dearest flavor alone. lead time: shortest / median, from when',
    'a dearer flavor was in force until the one before would have violated most of the time. excess: cost and',
    'price of the violation-seconds beyond, over those of the best schedule in hindsight.',
  ];
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
