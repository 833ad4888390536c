import type { Labels } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import { type CoarseGrid, gridIndex, splitGrid } from '../../domain/coarse-grid.ts';
import { lookAtSeries } from '../../domain/look-at-series.ts';
import { type PlannedRequest, planRequests } from '../../domain/plan-requests.ts';
import { namesSelector, selectorOf } from '../../domain/promql.ts';
import type { CoarseCandidate } from '../../domain/rank-candidates.ts';
import type { RefusalLog } from '../../domain/refusal-log.ts';
import { seriesKey } from '../../domain/series-key.ts';
import type { ConfinedSource, SampledSeries, TimeRange } from '../../ports.ts';
import type { Ask } from './asking.ts';
import { forEachBounded } from './bounded.ts';

export interface CoarsePassOptions {
  readonly source: ConfinedSource;
  readonly ask: Ask;
  readonly grid: CoarseGrid;
  /** The KPI on the grid. */
  readonly kpi: Float64Array;
  readonly refusals: RefusalLog;
  readonly limits: {
    readonly concurrency: number;
    readonly maxSamplesPerRequest: number;
    readonly maxSeries: number;
  };
  /** 0 to 1. */
  readonly progress: (share: number) => void;
}

export interface CoarsePass {
  readonly candidates: readonly CoarseCandidate[];
  readonly seriesSeen: number;
}

/** As many names are asked for their series at once. */
const namesPerQuestion = 50;

/**
 * Looks at every series of the source at a coarse step. Only what is judged of a series is kept, so
 * that memory grows with the number of usable series and not with their samples.
 */
export async function coarsePass(options: CoarsePassOptions): Promise<CoarsePass> {
  const { source, ask, limits } = options;
  const range = rangeOf(options.grid);
  const everything = selectorOf([source.confinement]);
  const names = await ask((signal) => source.prometheus.names(everything, range, signal));
  const batches = inBatches(names.filter(source.takesName).sort(), namesPerQuestion);
  const candidates: CoarseCandidate[] = [];
  let seriesSeen = 0;
  let done = 0;
  await forEachBounded(batches, limits.concurrency, async (batch) => {
    const selector = namesSelector(batch, source.confinement);
    const series = await ask((signal) => source.prometheus.series(selector, range, signal));
    seriesSeen += series.length;
    if (seriesSeen > limits.maxSeries) throw tooManySeries(source.name, limits.maxSeries);
    const byName = Map.groupBy(series, (labels) => labels.__name__ ?? '');
    const counts = new Map([...byName].map(([name, found]) => [name, found.length]));
    const plan = planRequests(counts, options.grid.points, limits.maxSamplesPerRequest);
    for (const request of plan) {
      const asked = request.names.flatMap((name) => byName.get(name) ?? []);
      candidates.push(...judge(options, asked, await readGrid(options, request)));
    }
    done += 1;
    options.progress(done / batches.length);
  });
  return { candidates, seriesSeen };
}

async function readGrid(
  { source, ask, grid }: CoarsePassOptions,
  request: PlannedRequest,
): Promise<ReadonlyMap<string, Float64Array>> {
  const found = new Map<string, Float64Array>();
  const selector = namesSelector(request.names, source.confinement);
  for (const run of splitGrid(grid, request.pointsPerRequest)) {
    const range = { ...rangeOf(run), stepMs: run.stepMs };
    const answer = await ask((signal) => source.prometheus.range(selector, range, signal));
    for (const series of answer) fill(found, grid, series);
  }
  return found;
}

function fill(found: Map<string, Float64Array>, grid: CoarseGrid, series: SampledSeries): void {
  const key = seriesKey(series.labels);
  const known = found.get(key);
  const values = known ?? new Float64Array(grid.points).fill(Number.NaN);
  if (known === undefined) found.set(key, values);
  series.times.forEach((at, row) => {
    const index = gridIndex(grid, at);
    if (index !== undefined) values[index] = series.values[row] ?? Number.NaN;
  });
}

function judge(
  { grid, kpi, refusals }: CoarsePassOptions,
  asked: readonly Labels[],
  found: ReadonlyMap<string, Float64Array>,
): CoarseCandidate[] {
  const usable: CoarseCandidate[] = [];
  for (const labels of asked) {
    const values = found.get(seriesKey(labels));
    if (values === undefined) {
      refusals.add(labels, 'dead', 'has no values in the range');
      continue;
    }
    const look = lookAtSeries(labels.__name__ ?? '', values, kpi, grid);
    if (look.verdict !== 'usable') refusals.add(labels, look.verdict, look.detail);
    else usable.push({ labels, ...look });
  }
  return usable;
}

function rangeOf(grid: CoarseGrid): TimeRange {
  return { startMs: grid.startMs, endMs: grid.startMs + (grid.points - 1) * grid.stepMs };
}

function inBatches<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function tooManySeries(source: string, maxSeries: number): AppError {
  return new AppError(
    `source ${source} has more than ${maxSeries} series within the slice's selector; narrow its selector, allow or deny in the operator's file`,
    { status: 422, code: 'too-many-series' },
  );
}
