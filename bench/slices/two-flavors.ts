import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { type Feature, type Labels, type Profile, seriesHash } from '@slicecast/contracts';
import { train } from '../../services/forecasting/src/domain/train.ts';
import type { TrainedModel } from '../../services/forecasting/src/domain/trained-model.ts';
import { longestUnchangedMs } from '../../services/ima/src/domain/longest-unchanged.ts';
import { recordedProfile, rowsOf, sla } from '../recorded-profile.ts';

export const flavorIds = [1, 2] as const;
export type FlavorId = (typeof flavorIds)[number];

/** As many rows as a profile of one hour has. */
const trainedRows = 3600;
const maxAgeMs = 2500;

/**
 * The recorded traces of both flavors, with their 15 series in one order. Four of each are not in the other: they
 * stand in the same places, so that a slice has 15 series and not 19.
 */
export function recordedTraces(): Readonly<Record<FlavorId, Profile>> {
  const [one, two] = [recordedProfile(1), recordedProfile(2)];
  const namesOf = ({ features }: Profile) => features.map(({ series }) => series);
  const common = namesOf(one).filter((series) => namesOf(two).includes(series));
  return { 1: inOrder(one, common), 2: inOrder(two, common) };
}

function inOrder(trace: Profile, first: readonly string[]): Profile {
  const series = trace.features.map((feature) => feature.series);
  const order = [...first, ...series.filter((each) => !first.includes(each))];
  const columns = order.map((each) => trace.columns[series.indexOf(each)] ?? []);
  const features = columns.map((column, index) => ({
    ...featureOf(0, index),
    longestUnchangedMs: longestUnchangedMs(
      trace.at,
      column.map((value) => value ?? Number.NaN),
    ),
  }));
  return { ...trace, columns, features };
}

export function featureOf(sliceId: number, index: number): Feature {
  const labels = labelsOf(sliceId, index);
  return { series: seriesHash(labels), labels, transform: 'raw', windowMs: 0, maxAgeMs };
}

/** Labels of a slice's series as a node exporter behind a service discovery has them. */
export function labelsOf(sliceId: number, index: number): Labels {
  return {
    __name__: `node_metric_${String(index).padStart(2, '0')}`,
    cluster: 'production-eu-west-1',
    device: `eth${index % 4}`,
    instance: `${hostOf(sliceId, index % hostsOfSlice)}:9100`,
    job: 'node',
    namespace: 'monitoring',
  };
}

/** As in the recorded traces. */
export const hostsOfSlice = 5;

export function hostOf(sliceId: number, index: number): string {
  return `10.${index}.${sliceId >>> 8}.${sliceId & 255}`;
}

/** Trained once for all slices; kept in `file` for the next run, where one is named. */
export async function trainFlavors(
  traces: Readonly<Record<FlavorId, Profile>>,
  file: string | undefined,
): Promise<Readonly<Record<FlavorId, TrainedModel>>> {
  const kept = file === undefined || !existsSync(file) ? undefined : await readFile(file, 'utf8');
  // Whoever names a file answers for what is in it.
  if (kept !== undefined) return JSON.parse(kept) as Readonly<Record<FlavorId, TrainedModel>>;
  const models = { 1: trainOn(traces[1]), 2: trainOn(traces[2]) };
  if (file !== undefined) await writeFile(file, JSON.stringify(models));
  return models;
}

function trainOn(trace: Profile): TrainedModel {
  const profile = rowsOf(trace, 0, trainedRows);
  const hooks = { progress: () => undefined, cancelled: () => false };
  return train({ profile, horizonSeconds: 30, sla, seed: 1 }, hooks);
}
