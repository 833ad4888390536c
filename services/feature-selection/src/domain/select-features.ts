import type { SelectionReport } from '@slicecast/contracts';
import type { Column } from './column.ts';
import { errorPath, kneeOf, type PathStep } from './error-path.ts';
import { aloneRule, isGain } from './gain.ts';
import { heldOutBlocks } from './held-out-blocks.ts';
import { type HeldOutModel, medianModel } from './held-out-model.ts';
import { type JudgedColumn, judgeColumns } from './judge-columns.ts';
import { type KpiScale, scaleKpi } from './kpi-scale.ts';
import { type PairedRows, pairRows } from './paired-rows.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { noneUsable, whyRefused } from './refuse-task.ts';
import { refuseUnchosen } from './refuse-unchosen.ts';
import { type Screened, screenCandidates } from './screen-candidates.ts';
import { scoreByInformation, scoreByRegression, selectByScore } from './select-by-score.ts';
import { selectForward } from './select-forward.ts';
import type { SelectionOutcome, SelectionTask } from './selection-task.ts';
import { measureStability } from './stability.ts';
import { type StandIn, standInsFor } from './stand-ins.ts';

/** What the choice is made from. */
interface Setting {
  readonly task: SelectionTask;
  readonly pairs: PairedRows;
  readonly scale: KpiScale;
  readonly modelOf: (weights: Float64Array) => HeldOutModel;
}

/**
 * Chooses the features that forecast the KPI one horizon ahead: refuses what cannot be one, judges each
 * candidate on later and later held-out blocks, chooses by the method, and fills a numeric K up with
 * stand-ins. Usable is a candidate that gains on those blocks beside the others, duplicates one that does, or
 * carries the same load; there are never more than that, whatever K. Deterministic by the task.
 */
export function selectFeatures(task: SelectionTask): SelectionOutcome {
  const pairs = pairRows(task);
  const refused = whyRefused(task, pairs);
  if (refused !== undefined) return { refused };
  const scale = scaleKpi(pairs.target);
  const blocks = heldOutBlocks(pairs);
  const modelOf = (weights: Float64Array) => medianModel(scale.values, blocks, weights);
  const refusals = createRefusals();
  const screened = screenCandidates(task, pairs, refusals);
  return choose({ task, pairs, scale, modelOf }, screened, refusals);
}

/** Beyond this nothing is gained, and `auto` takes no more. */
const mostForward = 32;

function choose(
  setting: Setting,
  { columns, kpiSeries }: Screened,
  refusals: Refusals,
): SelectionOutcome {
  const { task, pairs, scale } = setting;
  const model = setting.modelOf(new Float64Array(pairs.target.length).fill(1));
  const judged = judgeColumns(columns, model);
  const limit = task.k === 'auto' ? mostForward : Math.max(task.k, mostForward);
  const main = chooseMain(setting, judged, model, limit);
  const usable: readonly StandIn[] = [
    ...main.map((column) => ({ column })),
    ...(task.k === 'auto' || task.method === 'given' ? [] : standInsFor(main, judged, pairs)),
  ];
  const most = task.k === 'auto' ? usable.length : task.k;
  const wanted = usable.slice(0, most).map(({ column }) => column);
  const path = errorPath(wanted, model, scale, pairs.target);
  const taken = usable.slice(0, task.k === 'auto' ? kneeOf(path) : most);
  refuseUnchosen(judged, { main, chosen: columnsOf(taken), usable: columnsOf(usable) }, refusals);
  if (taken.length === 0) return { refused: noneUsable(task, refusals, kpiSeries) };
  const stability = stabilityOf(setting, judged, main);
  const report: SelectionReport = {
    features: taken.map((one, index) => selectedFeature(one, path[index], stability(one.column))),
    usableCount: usable.length,
    refusedCounts: { ...refusals.counts },
    refusals: refusals.told,
    errorByK: path.map(({ error }) => error),
    samplesPerSecond: taken.length / (task.stepMs / 1000),
    kpiSeries,
  };
  return { report };
}

function columnsOf(some: readonly StandIn[]): ReadonlySet<Column> {
  return new Set(some.map(({ column }) => column));
}

function chooseMain(
  { task, pairs, scale }: Setting,
  judged: readonly JudgedColumn[],
  model: HeldOutModel,
  limit: number,
): readonly Column[] {
  switch (task.method) {
    case 'forward':
      return selectForward(judged, model, limit);
    case 'f-regression':
      return selectByScore(judged, scoreByRegression(scale.values, pairs.origins), model, limit);
    case 'mutual-information':
      return selectByScore(judged, scoreByInformation(scale.values), model, limit);
    case 'given':
      return judged.map(({ column }) => column);
  }
}

/** So many of those that gain alone take part in the resamples; the others are never chosen. */
const mostRivals = 24;

/** What is chosen again; by a score, or as given, what gains alone again. */
function stabilityOf(
  { task, pairs, modelOf }: Setting,
  judged: readonly JudgedColumn[],
  main: readonly Column[],
): (column: Column) => number {
  const rivals = judged
    .filter(({ column, alone }) => isGain(alone, aloneRule) && !main.includes(column))
    .sort((a, b) => b.alone.mean - a.alone.mean)
    .slice(0, mostRivals)
    .map(({ column }) => column);
  return measureStability({
    pool: [...main, ...rivals],
    pairs: pairs.target.length,
    seed: task.seed,
    modelOf,
    choose: (again, model) =>
      task.method === 'forward'
        ? selectForward(again, model, main.length)
        : again.filter(({ alone }) => isGain(alone, aloneRule)).map(({ column }) => column),
  });
}

function selectedFeature(
  { column, standsInFor }: StandIn,
  step: PathStep | undefined,
  stability: number,
): SelectionReport['features'][number] {
  const { standInFor: _, ...feature } = column.feature;
  return {
    feature: standsInFor ? { ...feature, standInFor: standsInFor.feature.series } : feature,
    score: step?.gain ?? 0,
    stability,
  };
}
