import { confidence, type Estimated } from '../score/estimate.ts';
import type { ProbabilityScore } from '../score/score-probability.ts';
import type { FoldFigures } from './fold-figures.ts';
import type { ModelFigures } from './model-figures.ts';
import { padColumns } from './pad-columns.ts';
import type { Report } from './report.ts';

const bounds = `${100 * confidence} % bounds`;

/** The scoreboard for a terminal, line by line. */
export function showReport(report: Report): readonly string[] {
  const { kpi, horizonSeconds, mode, targets, rows, folds } = report;
  const [fold] = folds;
  const how = mode === 'live-kpi' ? 'with the live KPI' : 'from X alone';
  const trained = folds.map(({ trainedRows }) => trainedRows).join(', ');
  const where =
    report.test === 'split'
      ? `trained on the first ${trained} of ${rows} rows, judged on ${targets} targets after them`
      : `trained on the first ${trained} of ${rows} rows in turn, judged on the next each time, ${targets} targets in all`;
  return [
    `${kpi}, ${horizonSeconds} s ahead ${how}: ${where}`,
    ...report.notes.map((note) => `  ${note}`),
    ...(report.unanswered === 0
      ? []
      : [`  ${report.unanswered} targets had no forecast: no metric was known`]),
    ...(fold === undefined ? [] : aboutInputs(fold, report.stepSeconds)),
    '',
    ...padColumns(modelRows(report)).map((line) => `  ${line}`),
    '',
    ...folds.flatMap((each) => aboutGate(each, folds.length > 1)),
    ...figures(report),
    ...(report.probability === null ? [] : aboutProbability(report.probability)),
    `  training ${report.trainingSeconds.toFixed(1)} s, selection ${report.selectionSeconds.toFixed(1)} s; a forecast ${report.forecastMillisecondsMean.toFixed(3)} ms, 99 % within ${report.forecastMillisecondsP99.toFixed(3)} ms`,
  ];
}

function aboutInputs(fold: FoldFigures, stepSeconds: number): readonly string[] {
  const cycle =
    fold.periodSeconds === null ? 'no cycle' : `a cycle of ${fold.periodSeconds.toFixed(0)} s`;
  const lines = [
    `  ${fold.features.length === 1 ? 'one metric' : `${fold.features.length} metrics`}, one row each ${stepSeconds} s; ${cycle} in the load`,
  ];
  if (fold.kpiNames.length > 0) {
    lines.push(`  left out, because it is the KPI itself: ${fold.kpiNames.join(', ')}`);
  }
  if (fold.selection === null) return lines;
  const counts = Object.entries(fold.selection.refusedCounts).map(([why, n]) => `${n} ${why}`);
  const chosen = fold.selection.features.map(
    ({ feature: { series, standInFor }, score, stability }) =>
      standInFor === undefined
        ? `  ${series}: takes ${(100 * score).toFixed(1)} % off the error, chosen in ${(100 * stability).toFixed(0)} % of resamples`
        : `  ${series}: stands in for ${standInFor}`,
  );
  return [
    ...lines,
    `  refused: ${counts.join(', ') || 'none'}`,
    ...chosen.map((line) => `  ${line}`),
  ];
}

function modelRows({ models, persistenceNmae }: Report): readonly (readonly string[])[] {
  const shown = models.map((model) => [
    nameOf(model),
    ratio(model.nmae),
    model.nmaeBounds === null
      ? ''
      : `${ratio(model.nmaeBounds.lower)} to ${ratio(model.nmaeBounds.upper)}`,
    amount(model.mae),
    amount(model.rmse),
    model.r2.toFixed(3),
    `${model.trainingSeconds.toFixed(1)} s`,
    roleOf(model),
  ]);
  const hasPersistence = models.some(({ model }) => model === 'persistence');
  const still = [
    'persistence',
    ratio(persistenceNmae),
    '',
    '',
    '',
    '',
    '',
    'for comparison: it needs the live KPI',
  ];
  return [
    ['model', 'NMAE', bounds, 'MAE', 'RMSE', 'R²', 'training', ''],
    ...shown,
    ...(hasPersistence ? [] : [still]),
  ];
}

/** Where another one is in charge at each fold, the lines below tell which. */
function nameOf({ model, inCharge }: ModelFigures): string {
  return inCharge && model.includes(';') ? 'those in charge' : model;
}

function roleOf({ inCharge, baseline }: ModelFigures): string {
  if (inCharge) return '← in charge';
  return baseline ? 'baseline' : '';
}

function aboutGate(
  { champion, gated, skillInTraining, trainedRows, nmae, persistenceNmae }: FoldFigures,
  several: boolean,
): readonly string[] {
  const { baseline, value, lower } = skillInTraining;
  const found = `inside the training part ${share(value)} better than ${baseline} (at least ${share(lower)})`;
  const verdict = gated
    ? found
    : `${found}: it does not pass the gate, and nothing would act on it`;
  const own = several
    ? `${trainedRows} rows: NMAE ${ratio(nmae)}, persistence ${ratio(persistenceNmae)}; `
    : '';
  return [`  ${own}${champion}, ${verdict}`];
}

function figures({ skill, intervals }: Report): readonly string[] {
  const { coverage80, coverage95, pinball, width80 } = intervals;
  return [
    `  better than persistence by ${estimated(skill, share)}`,
    `  in the 80 % interval ${estimated(coverage80, share)}; in the 95 % interval ${estimated(coverage95, share)}`,
    `  pinball loss ${estimated(pinball, amount)}; width of the 80 % interval ${estimated(width80, amount)}`,
  ];
}

function aboutProbability({
  bound,
  brier,
  climatologyBrier,
  reliability,
}: ProbabilityScore): readonly string[] {
  const table = padColumns([
    [`P(KPI > ${bound})`, 'forecasts', 'said', 'came'],
    ...reliability.map(({ from, to, count, said, came }) => [
      `${share(from)} to ${share(to)}`,
      String(count),
      share(said),
      share(came),
    ]),
  ]);
  return [
    `  Brier score ${brier.toFixed(4)}; of the training part's share told every time, ${climatologyBrier.toFixed(4)}`,
    ...table.map((line) => `    ${line}`),
  ];
}

function estimated(figure: Estimated | null, show: (value: number) => string): string {
  if (figure === null) return 'unknown';
  return `${show(figure.value)} (${show(figure.lower)} to ${show(figure.upper)})`;
}

const share = (value: number) => `${(100 * value).toFixed(1)} %`;
const ratio = (value: number | null) => (value === null ? 'none' : value.toFixed(4));
/** In the KPI's unit, whatever that is. */
const amount = (value: number) => String(Number(value.toPrecision(4)));
