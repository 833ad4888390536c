import { cpus } from 'node:os';
import { scoreProbability } from '../../services/forecasting/src/domain/score-probability.ts';
import type { FlavorFigures } from './figures.ts';
import type { Measured } from './measure.ts';
import { type Aim, aimsFor, meanOf, percent, rounded } from './table.ts';

/** `docs/accuracy.md`: the aims, what was measured, and the scores behind. */
export function reportOf(
  flavors: readonly FlavorFigures[],
  ticks: { readonly mean: number; readonly p99: number },
): string {
  const tick: Aim = {
    what: 'one tick of a slice: 2 flavors, both champions, intervals',
    aim: 'mean ≤ 0.2 ms, p99 ≤ 2 ms',
    measured: `mean ${ticks.mean.toFixed(3)} ms, p99 ${ticks.p99.toFixed(2)} ms`,
    met: ticks.mean <= 0.2 && ticks.p99 <= 2,
  };
  return `# Accuracy of the forecasts

Written by \`npm run bench:accuracy\`; change nothing by hand. Recorded traces of one service under two flavors, KPI \`R_99\` in ms, one row a second, horizon 30 s where no other is named. Time split: trained on the first 70 % of the rows, judged on the rest. Rolling origin: trained on the first k load cycles of 1,175 s, judged on the next, k = 3…7, mean. Every forecast comes from the forecaster that serves live, row by row; scaling, period, members and weights of the blend come from the training rows alone; with live KPI the median then follows how the models did on targets up to each origin. Not so the settings that are fixed in the code (leaf sizes, the power of the spread, how the intervals follow a drift): they were settled with these figures in view, so the figures are somewhat better than those of data never seen, and aims met or missed by less than .005 (flavor 1) or .010 (flavor 2) are met or missed within noise.

Times are of ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'} on Node ${process.version}, as busy as it was. Training is judged by the processor's seconds, with the wall's beside them; a tick counts with the least of three passes. Beside the coverage of a load level stands, in brackets, between what it lies in 95 of 100 resamples of two-minute spells (circular block bootstrap): misses come in spells, so that a third of a few load cycles tells a coverage to some points only.

${flavors.map(flavorSection).join('\n\n')}

## Ticks

${aimTable([tick])}
`;
}

function flavorSection(figures: FlavorFigures): string {
  const { model } = figures.training;
  const named = (champion: typeof model.liveKpi) =>
    champion.members
      .filter(({ weight }) => weight > 0)
      .map(({ name, weight }) => `${(100 * weight).toFixed(1)} % ${name}`)
      .join(', ');
  return `## Flavor ${figures.flavorId}

With live KPI: ${named(model.liveKpi)}. X alone: ${named(model.xAlone)}.

${aimTable(aimsFor(figures))}

| run | NMAE | MAE | RMSE | R² | pinball | 80 % width | 80 % | 95 % |
|---|---|---|---|---|---|---|---|---|
${scoreRow('split, live KPI', [figures.split.live])}
${scoreRow('split, X alone', [figures.split.xAlone])}
${scoreRow('split, under the other flavor', [figures.split.other])}
${scoreRow('rolling, live KPI', figures.rolling.live)}
${scoreRow('rolling, X alone', figures.rolling.xAlone)}

${reliabilityTable(figures)}`;
}

/** How P(KPI > bound) was told and came, all folds of a run together. */
function reliabilityTable({ split, rolling }: FlavorFigures): string {
  const runs = {
    'split, live KPI': [split.live],
    'split, X alone': [split.xAlone],
    'rolling, live KPI': rolling.live,
    'rolling, X alone': rolling.xAlone,
  };
  const tables = Object.values(runs).map(
    (folds) => scoreProbability(folds.flatMap(({ told }) => told))?.reliability ?? [],
  );
  const classes = tables
    .flat()
    .map(({ from, to }) => ({ from, to }))
    .sort((a, b) => a.from - b.from)
    .filter(({ from }, k, all) => from !== all[k - 1]?.from);
  const rows = classes.map(({ from, to }) => {
    const cells = tables.map((table) => {
      const row = table.find((each) => each.from === from);
      return row === undefined ? '' : `${percent(row.said)} → ${percent(row.came)} (${row.count})`;
    });
    return `| ${percent(from)} to ${percent(to)} | ${cells.join(' | ')} |`;
  });
  const bounds = rolling.live.map(({ bound }) => bound.toFixed(0));
  return `P(KPI > bound) as said → as it came (targets); the bound is ${split.live.bound.toFixed(0)} ms, on the rolling origin ${[...new Set(bounds)].join(', ')} ms.

| told | ${Object.keys(runs).join(' | ')} |
|---|---|---|---|---|
${rows.join('\n')}`;
}

function aimTable(aims: readonly Aim[]): string {
  const rows = aims.map(
    ({ what, aim, measured, met }) =>
      `| ${what} | ${aim} | ${measured} | ${met ? 'yes' : '**no**'} |`,
  );
  return ['| | aim | measured | met |', '|---|---|---|---|', ...rows].join('\n');
}

function scoreRow(run: string, folds: readonly Measured[]): string {
  const mean = (of: (fold: Measured) => number) => meanOf(folds, of);
  const cells = [
    run,
    rounded(mean((fold) => fold.nmae)),
    mean((fold) => fold.mae).toFixed(2),
    mean((fold) => fold.rmse).toFixed(2),
    mean((fold) => fold.r2).toFixed(3),
    mean((fold) => fold.pinball).toFixed(2),
    mean((fold) => fold.width80).toFixed(1),
    `${(100 * mean((fold) => fold.coverage80)).toFixed(1)} %`,
    `${(100 * mean((fold) => fold.coverage95)).toFixed(1)} %`,
  ];
  return `| ${cells.join(' | ')} |`;
}
