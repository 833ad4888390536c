import type { SliceInput, SliceState } from '@slicecast/contracts';
import { train } from '../../src/domain/train.ts';
import type { TrainedModel } from '../../src/domain/trained-model.ts';
import { part, rowOf, syntheticProfile, syntheticSlice } from './synthetic-load.ts';

const hooks = { progress: () => undefined, cancelled: () => false };
const { sla } = syntheticSlice();
const horizonSeconds = 10;

const small = syntheticProfile({ rows: 1600 });
const large = syntheticProfile({ rows: 1600, gain: 40, seed: 2 });
const trainedRows = 900;

function trainOn(profile: typeof small, seed: number): TrainedModel {
  return train({ profile: part(profile, 0, trainedRows), horizonSeconds, sla, seed }, hooks);
}

/** Models of flavor 1 and 2, and flavor 2's after it was profiled again. */
export const models: ReadonlyMap<string, TrainedModel> = new Map([
  ['small', trainOn(small, 1)],
  ['large', trainOn(large, 1)],
  ['large-again', trainOn({ ...large, kpi: large.kpi.map((kpi) => 1.1 * (kpi ?? 0)) }, 1)],
]);

export function modelOf(id: string): TrainedModel {
  const model = models.get(id);
  if (model === undefined) throw new RangeError(`there is no model ${id}`);
  return model;
}

export function trainedSlice(sliceId: number, more: Partial<SliceState> = {}): SliceState {
  return syntheticSlice({
    sliceId,
    horizonSeconds,
    trained: [trained(1, 'small'), trained(2, 'large')],
    ...more,
  });
}

export function trained(flavorId: number, modelId: string): SliceState['trained'][number] {
  return { flavorId, modelId, features: [...small.features] };
}

export interface InputsOptions {
  readonly sliceId: number;
  readonly ticks: number;
  /** Tick from which the large flavor is in force. */
  readonly changeAt?: number;
  /** Every nth KPI comes after the next row. */
  readonly lateEvery?: number;
}

/** What IMA writes of a slice, in order, from the first tick after training. */
export function inputsOf({ sliceId, ticks, changeAt, lateEvery }: InputsOptions): SliceInput[] {
  return Array.from({ length: ticks }, (_, tick) => tick).flatMap((tick) => {
    const changed = changeAt !== undefined && tick >= changeAt;
    const profile = changed ? large : small;
    const row = { ...rowOf(profile, trainedRows + tick, changed ? 2 : 1), sliceId };
    if (lateEvery === undefined || tick % lateEvery !== 0) return [row];
    const { kpi = 0, ...withoutKpi } = row;
    const { tenantId, at } = row;
    return [withoutKpi, { kind: 'kpi', tenantId, sliceId, at, kpi } as const];
  });
}
