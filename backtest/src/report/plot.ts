import { sortedQuantile } from '@slicecast/stats';
import type { Rows } from '../read/lay-rows.ts';
import type { FoldRun } from '../run/run-fold.ts';
import { axisLines } from './plot-axes.ts';
import { type Frame, frame, placeX, placeY } from './plot-frame.ts';
import { type PlotPoint, pointsOf } from './plot-points.ts';
import type { Report } from './report.ts';

const colours = {
  actual: '#6b6b6b',
  forecast: '#0a3f8f',
  inside80: '#9cc3ee',
  inside95: '#d5e6f8',
  bound: '#c43b0b',
};
/** Of what is drawn: rarer bursts would press all else flat. */
const highestQuantile = 0.995;

/** An SVG of forecast, intervals and actual over the targets; what is wider than the picture is thinned out. */
export function* drawPlot(
  rows: Rows,
  runs: readonly FoldRun[],
  report: Report,
  bound: number | undefined,
): Generator<string> {
  const stretches = pointsOf(rows, runs);
  const at = frameOf(stretches.flat(), bound);
  yield `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${frame.width} ${frame.height}" font-family="sans-serif" font-size="12">\n`;
  yield '<rect width="100%" height="100%" fill="white"/>\n';
  yield `<text x="${frame.left}" y="20" font-size="15">${svgText(titleOf(report))}</text>\n`;
  yield* axisLines(at, rows, svgText(report.kpi));
  yield `<clipPath id="inside"><rect x="${frame.left}" y="${frame.top}" width="${frame.right - frame.left}" height="${frame.bottom - frame.top}"/></clipPath>\n`;
  yield '<g clip-path="url(#inside)" fill="none" stroke-linejoin="round">\n';
  for (const points of stretches) {
    yield band(
      at,
      points,
      ({ lower95 }) => lower95,
      ({ upper95 }) => upper95,
      colours.inside95,
    );
    yield band(
      at,
      points,
      ({ lower80 }) => lower80,
      ({ upper80 }) => upper80,
      colours.inside80,
    );
  }
  for (const points of stretches) {
    yield path(
      points.flatMap(({ x, least, most }) => [pair(at, x, least), pair(at, x, most)]),
      colours.actual,
      0.7,
    );
    yield path(
      points.map(({ x, forecast }) => pair(at, x, forecast)),
      colours.forecast,
      2.2,
    );
  }
  if (bound !== undefined) {
    const y = placeY(at, bound).toFixed(1);
    yield `<path d="M${frame.left},${y}H${frame.right}" stroke="${colours.bound}" stroke-dasharray="6 4"/>\n`;
  }
  yield '</g>\n';
  yield* legend(bound);
  yield '</svg>\n';
}

function frameOf(points: readonly PlotPoint[], bound: number | undefined): Frame {
  const highs = Float64Array.from(points.flatMap(({ most, upper95 }) => [most, upper95])).sort();
  const lows = Float64Array.from(points.flatMap(({ least, lower95 }) => [least, lower95])).sort();
  const high = Math.max(sortedQuantile(highs, highestQuantile), bound ?? Number.NEGATIVE_INFINITY);
  const low = Math.min(
    sortedQuantile(lows, 1 - highestQuantile),
    bound ?? Number.POSITIVE_INFINITY,
  );
  const room = 0.05 * (high - low) || 1;
  return {
    from: points[0]?.x ?? 0,
    to: points.at(-1)?.x ?? 1,
    low: low >= 0 ? Math.max(0, low - room) : low - room,
    high: high + room,
  };
}

function band(
  at: Frame,
  points: readonly PlotPoint[],
  lower: (point: PlotPoint) => number,
  upper: (point: PlotPoint) => number,
  colour: string,
): string {
  const there = points.map((point) => pair(at, point.x, upper(point)));
  const back = points.toReversed().map((point) => pair(at, point.x, lower(point)));
  return `<path d="M${[...there, ...back].join('L')}Z" fill="${colour}"/>\n`;
}

function path(pairs: readonly string[], colour: string, width: number): string {
  return `<path d="M${pairs.join('L')}" stroke="${colour}" stroke-width="${width}"/>\n`;
}

function pair(at: Frame, x: number, y: number): string {
  return `${placeX(at, x).toFixed(1)},${placeY(at, y).toFixed(1)}`;
}

function* legend(bound: number | undefined): Generator<string> {
  const entries: readonly (readonly [string, string])[] = [
    ['actual', colours.actual],
    ['forecast', colours.forecast],
    ['80 %', colours.inside80],
    ['95 %', colours.inside95],
    ...(bound === undefined ? [] : [[`bound ${bound}`, colours.bound] as const]),
  ];
  for (const [index, [name, colour]] of entries.entries()) {
    const x = frame.right - 90 * (entries.length - index);
    yield `<rect x="${x}" y="11" width="14" height="8" fill="${colour}"/><text x="${x + 19}" y="20">${name}</text>\n`;
  }
}

function titleOf({ kpi, horizonSeconds, mode, nmae, persistenceNmae }: Report): string {
  const how = mode === 'live-kpi' ? '' : ' from X alone';
  const score =
    nmae === null
      ? ''
      : `: NMAE ${nmae.toFixed(3)}, persistence ${persistenceNmae?.toFixed(3) ?? 'none'}`;
  return `${kpi}, ${horizonSeconds} s ahead${how}${score}`;
}

/** Text in SVG: the KPI's name is whatever a file says. */
function svgText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
