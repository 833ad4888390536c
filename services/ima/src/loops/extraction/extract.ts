import { AppError } from '@slicecast/platform';
import type { KeptExtraction, KpiSamples } from '../../adapters/extraction-store.ts';
import { coarseGrid, kpiOnGrid } from '../../domain/coarse-grid.ts';
import { kpiClock } from '../../domain/kpi-clock.ts';
import { type CoarseCandidate, rankCandidates } from '../../domain/rank-candidates.ts';
import { RefusalLog } from '../../domain/refusal-log.ts';
import { sliceStep } from '../../domain/scrape-interval.ts';
import type { ConfinedSource, ExtractionFiles } from '../../ports.ts';
import type { Ask } from './asking.ts';
import { coarsePass } from './coarse-pass.ts';
import { finePass, probeScrapeInterval } from './fine-pass.ts';
import { keepColumns } from './keep-columns.ts';
import type { ExtractionLimits } from './limits.ts';

export interface ExtractOptions {
  readonly source: ConfinedSource;
  readonly ask: Ask;
  readonly kpi: KpiSamples;
  readonly limits: ExtractionLimits;
  readonly files: ExtractionFiles;
  /** Name of the extraction's files. */
  readonly key: string;
  /** 0 to 1. */
  readonly progress: (share: number) => void;
}

/** Of the whole, the first pass takes about so much. */
const coarseShare = 0.6;
/** Where neither samples nor the operator tell how often the source is scraped. */
const usualScrapeMs = 15_000;

/**
 * Prometheus' series on the KPI's clock, in two passes: every series at a coarse step, to find what
 * is dead, constant or a duplicate and to rank the rest; then the best of them at full step. Resolves
 * when the candidates are durable under `key`.
 */
export async function extract(options: ExtractOptions): Promise<KeptExtraction> {
  const { source, ask, kpi, limits } = options;
  const refusals = new RefusalLog();
  const range = { startMs: kpi.at[0] ?? 0, endMs: kpi.at.at(-1) ?? 0 };
  const grid = coarseGrid(range.startMs, range.endMs, source.scrapeIntervalMs);
  const coarse = await coarsePass({
    source,
    ask,
    grid,
    kpi: kpiOnGrid(grid, kpi.at, kpi.values),
    refusals,
    limits,
    progress: (share) => options.progress(coarseShare * share),
  });
  if (coarse.candidates.length === 0) throw noCandidates(source, coarse.seriesSeen, refusals);
  const candidates = bounded(coarse.candidates, kpi.at.length, limits, refusals);
  const scrapeIntervalMs =
    (await probeScrapeInterval({ source, ask, candidates }, range)) ??
    source.scrapeIntervalMs ??
    usualScrapeMs;
  const clock = kpiClock(kpi.at, kpi.values, sliceStep(kpi.stepMs, scrapeIntervalMs));
  if (clock.at.length > limits.maxRows) throw tooManyRows(clock.at.length, limits.maxRows);
  const columns = finePass({
    source,
    ask,
    candidates,
    ticks: clock.at,
    scrapeIntervalMs,
    refusals,
    limits,
    progress: (share) => options.progress(coarseShare + (1 - coarseShare) * share),
  });
  const kept = await keepColumns(options.files, options.key, clock, columns);
  if (kept === 0) throw noCandidates(source, coarse.seriesSeen, refusals);
  return {
    stepMs: clock.stepMs,
    rows: clock.at.length,
    seriesSeen: coarse.seriesSeen,
    refusals: { counts: refusals.counts, told: refusals.told },
  };
}

/** The candidates of the second pass; what there is no room for is refused, with its reason. */
function bounded(
  candidates: readonly CoarseCandidate[],
  rows: number,
  limits: ExtractionLimits,
  refusals: RefusalLog,
): readonly CoarseCandidate[] {
  const fitting = Math.max(1, Math.floor(limits.maxCells / Math.max(1, rows)));
  const ranked = rankCandidates(candidates, {
    maxCandidates: Math.min(limits.maxCandidates, fitting),
    maxDuplicates: limits.maxDuplicates,
  });
  for (const { labels, of } of ranked.duplicates) refusals.add(labels, 'duplicate', undefined, of);
  for (const { labels, score } of ranked.cut) {
    const detail = `beyond the best ${ranked.kept.length}: rank correlation ${score.toFixed(3)}`;
    refusals.add(labels, 'cut', detail);
  }
  return ranked.kept;
}

function noCandidates(source: ConfinedSource, seen: number, refusals: RefusalLog): AppError {
  const reasons = Object.entries(refusals.counts).map(([reason, count]) => `${count} ${reason}`);
  const why =
    seen === 0
      ? `no series matches {${source.confinement}} in the KPI's time range`
      : `none of ${seen} series is usable in the KPI's time range (${reasons.join(', ')})`;
  return new AppError(
    `source ${source.name}: ${why}; check the slice's hosts, the source's selector and its retention`,
    { status: 422, code: 'no-candidates' },
  );
}

function tooManyRows(rows: number, most: number): AppError {
  return new AppError(`the KPI gives ${rows} rows; at most ${most} are taken, send fewer`, {
    status: 422,
    code: 'too-many-rows',
  });
}
