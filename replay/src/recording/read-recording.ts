import { createReadStream } from 'node:fs';
import {
  type Feature,
  type Parsed,
  parseXSelected,
  parseYFile,
  type XSelected,
  type YSeries,
} from '@slicecast/contracts';
import { AppError, readCsv } from '@slicecast/platform';
import { laidByLoad } from './lay-by-load.ts';
import type { Recording } from './recording.ts';

/** The files of one flavor's recorded run, in MLO-V2's form. */
export interface FlavorFiles {
  readonly flavorId: number;
  readonly x: string;
  readonly y: string;
}

/** One flavor's run on its own clock: row i is row i of its X file, NaN where Y has nothing for it. */
export interface FlavorRun {
  readonly flavorId: number;
  readonly at: readonly number[];
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly kpi: Float64Array;
}

/** A value older than this many steps is stale; the files have one value a step. */
const maxAgeSteps = 2.5;

/**
 * Reads the runs of several flavors under one load and lays them side by side by their load. Features
 * are the series that every flavor has. AppError `file-unusable` names the file and what is wrong.
 */
export async function readRecording(
  files: readonly FlavorFiles[],
  kpiName?: string,
): Promise<Recording> {
  const runs: FlavorRun[] = [];
  for (const each of files) runs.push(await readRun(each, kpiName));
  const [first, ...others] = runs;
  if (first === undefined) throw unusable('no file', 'send X and Y of at least one flavor');
  const shared = [...first.columns.keys()].filter((series) =>
    others.every(({ columns }) => columns.has(series)),
  );
  if (shared.length === 0) {
    throw unusable(files.map(({ x }) => x).join(', '), 'no series is in all of them');
  }
  const stepMs = stepOf(first.at);
  const features = shared.map((series) => featureOf(series, stepMs));
  return laidByLoad(runs, features, stepMs);
}

async function readRun({ flavorId, x, y }: FlavorFiles, kpiName?: string): Promise<FlavorRun> {
  const rows: XSelected = take(x, await parseXSelected(readCsv(createReadStream(x))));
  const measured: YSeries = take(y, await parseYFile(readCsv(createReadStream(y)), { kpiName }));
  const kpiAt = new Map(Array.from(measured.at, (at, i) => [at, measured.values[i]]));
  return {
    flavorId,
    at: [...rows.at],
    columns: new Map(rows.columns.map(({ series, values }) => [series, values])),
    kpi: Float64Array.from(rows.at, (at) => kpiAt.get(at) ?? Number.NaN),
  };
}

function take<T>(path: string, parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw unusable(path, parsed.problem.message);
}

function unusable(path: string, message: string): AppError {
  return new AppError(`${path}: ${message}`, { status: 400, code: 'file-unusable' });
}

/** The commonest distance of two rows. */
function stepOf(at: readonly number[]): number {
  const counts = new Map<number, number>();
  for (let i = 1; i < at.length; i += 1) {
    const step = (at[i] ?? 0) - (at[i - 1] ?? 0);
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 1000;
}

function featureOf(series: string, stepMs: number): Feature {
  const maxAgeMs = Math.round(maxAgeSteps * stepMs);
  return { series, labels: {}, transform: 'raw', windowMs: 0, maxAgeMs };
}
