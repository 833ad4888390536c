import type { Labels, Model, Scoreboard, SelectionReport } from '@slicecast/contracts';
import type { ProfiledFlavor } from '../profile-flavor.ts';
import { paint, type Screen, table } from './terminal.ts';

const shownRefusals = 3;

/** Which features were taken, what was refused and why, and how the models compare. */
export function showProfile(screen: Screen, { selection, model, seconds }: ProfiledFlavor): void {
  screen.line(
    `  ${paint('bold', `${selection.features.length} features taken`)}, in ${seconds.toFixed(1)} s:`,
  );
  for (const line of table(featureRows(selection))) screen.line(`    ${line}`);
  screen.line(`  ${paint('bold', 'refused')}:`);
  for (const line of refusalLines(selection)) screen.line(`    ${line}`);
  for (const { labels, query, correlation } of selection.kpiSeries) {
    const name = labels.__name__ ?? query;
    screen.line(
      `  ${paint('yellow', 'the KPI itself')} is in Prometheus as ${paint('bold', name)} (rank correlation ${correlation.toFixed(3)}): no feature, but proposed as kpi.query`,
    );
  }
  screen.line(`  ${paint('bold', 'models')} at rolling origins inside the profile:`);
  for (const line of scoreLines(model)) screen.line(`    ${line}`);
  screen.line(
    `  ${paint('dim', 'the next best stay as challengers, scored live: forecasting.contests of GET /api/v1/slices/1')}`,
  );
}

function featureRows({ features }: SelectionReport): string[][] {
  return [
    ['score', 'stability', 'feature'],
    ...features.map(({ feature, score, stability }) => [
      gainOf(score, feature.standInFor),
      stability.toFixed(2),
      `${feature.transform === 'rate' ? 'rate of ' : ''}${nameOf(feature.labels)}`,
    ]),
  ];
}

/** What a feature brings: its gain, or why it is there without one. */
function gainOf(score: number, standInFor: string | undefined): string {
  if (standInFor !== undefined) return 'stand-in';
  return score > 0 ? score.toFixed(3) : 'fills K';
}

function refusalLines({ refusedCounts, refusals }: SelectionReport): string[] {
  return Object.entries(refusedCounts).map(([reason, count]) => {
    const named = refusals.filter((refusal) => refusal.reason === reason);
    const examples = named.slice(0, shownRefusals).map(({ labels }) => nameOf(labels));
    const more = count > examples.length ? ', …' : '';
    return `${String(count).padStart(4)} ${reason.padEnd(10)} ${paint('dim', examples.join(', ') + more)}`;
  });
}

function scoreLines(model: Model): readonly string[] {
  const rows = (mode: string, board: Scoreboard) =>
    board.scores.map((score, rank) => [
      rank === 0 ? mode : '',
      score.model,
      score.nmae?.toFixed(4) ?? '–',
      rank === 0
        ? `in charge${board.gated ? '' : ', ungated'}; ${(100 * board.skill.value).toFixed(0)} % better than ${board.skill.baseline} (at least ${(100 * board.skill.lower).toFixed(0)} %)`
        : '',
    ]);
  return table([
    ['', 'model', 'NMAE', ''],
    ...rows('with live KPI', model.liveKpi),
    ...rows('X alone', model.xAlone),
    ...(model.byEffect === undefined ? [] : rows('by effect', model.byEffect)),
  ]);
}

/** `node_load1 107:9100`, as short as can be told apart. */
export function nameOf(labels: Labels): string {
  const { __name__: name = '', instance = '', job: _job, ...others } = labels;
  const rest = Object.values(others).join(' ');
  return [name, rest, instance.replace(/^.*\.([0-9]+:[0-9]+)$/, '…$1')]
    .filter((part) => part !== '')
    .join(' ');
}
