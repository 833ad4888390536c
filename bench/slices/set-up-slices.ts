import {
  type Feature,
  featureId,
  type Model,
  type OperatorFile,
  type SliceState,
} from '@slicecast/contracts';
import { type Database, json } from '@slicecast/platform';
import { describeModel } from '../../services/forecasting/src/domain/describe-model.ts';
import type { TrainedModel } from '../../services/forecasting/src/domain/trained-model.ts';
import { sla } from '../recorded-profile.ts';
import { type FlavorId, featureOf, flavorIds, hostOf, hostsOfSlice } from './two-flavors.ts';

/** The operator's file (YAML takes JSON): slices whose samples are written to IMA, and whose changes nobody carries out. */
export function operatorFileOf(sliceCount: number): string {
  const live = { name: 'written', live: 'pushed', scrapeIntervalSeconds: 1 } as const;
  const file: OperatorFile = {
    sources: [{ ...live, url: 'http://127.0.0.1:9' }],
    actuators: [{ name: 'nothing', kind: 'dry-run' }],
    slices: idsUpTo(sliceCount).map((id) => ({
      id,
      name: `slice-${id}`,
      hosts: Array.from({ length: hostsOfSlice }, (_, index) => hostOf(id, index)),
      kpi: { name: 'R_99', unit: 'ms' },
      sla,
      flavors: [
        { id: 1, name: '10Mbit', pricePerHour: 1, rank: 1 },
        { id: 2, name: '30Mbit', pricePerHour: 3, rank: 2 },
      ],
      startFlavor: 1,
      sources: { profile: 'written', live: 'written' },
      actuator: 'nothing',
      historySeconds: 240,
      horizonSeconds: 30,
      policy: { kind: 'predictive' },
      mode: 'auto',
    })),
  };
  return JSON.stringify(file);
}

export function idsUpTo(sliceCount: number): readonly number[] {
  return Array.from({ length: sliceCount }, (_, index) => index + 1);
}

/** Gives each slice models of its own, which differ in their series' labels alone; the services' schemas are there. */
export async function giveModels(
  database: Database,
  models: Readonly<Record<FlavorId, TrainedModel>>,
  sliceCount: number,
): Promise<void> {
  // To compress a thousand copies takes longer than all that is measured.
  await database.query('alter table forecasting.models alter column trained set storage external');
  for (const flavorId of flavorIds) {
    const trained = models[flavorId];
    await insertTemplate(database, flavorId, trained);
    for (const sliceId of idsUpTo(sliceCount)) {
      const features = featuresOf(trained, sliceId);
      await database.query(
        `insert into forecasting.models (id, tenant_id, slice_id, flavor_id, created_at, model, trained)
         select $2, tenant_id, $3, flavor_id, created_at,
           model || jsonb_build_object('id', $2::text, 'sliceId', $3::integer, 'features', $4::jsonb),
           trained || jsonb_build_object('features', $4::jsonb, 'signal', $5::jsonb)
         from forecasting.models where id = $1`,
        [
          modelId(0, flavorId),
          modelId(sliceId, flavorId),
          sliceId,
          json(features),
          json(signalOf(trained, features)),
        ],
      );
    }
  }
}

async function insertTemplate(
  database: Database,
  flavorId: FlavorId,
  trained: TrainedModel,
): Promise<void> {
  const of = { tenantId: 'default', sliceId: 0, flavorId };
  const id = modelId(0, flavorId);
  const facts = { id, dataHash: 'recorded', trainingSeconds: 0, createdAt: Date.now() };
  const model: Model = describeModel(of, trained, facts);
  await database.query(
    `insert into forecasting.models (id, tenant_id, slice_id, flavor_id, created_at, model, trained)
     values ($1, $2, 0, $3, $4, $5, $6)`,
    [id, of.tenantId, flavorId, facts.createdAt, json(model), json(trained)],
  );
}

/** Puts the models in charge and has every slice forecast and act, as profiling and `start_orchestration` do. */
export async function startSlices(
  database: Database,
  models: Readonly<Record<FlavorId, TrainedModel>>,
): Promise<void> {
  const rows = await database.query<{ state: SliceState }>('select state from sro.slices');
  for (const { state } of rows) {
    const trained = flavorIds.map((flavorId) => ({
      flavorId,
      features: featuresOf(models[flavorId], state.sliceId),
      modelId: modelId(state.sliceId, flavorId),
    }));
    const { stepMs } = models[1];
    const next = { ...state, version: state.version + 1, stepMs, trained, forecasting: true };
    await database.query(
      `with changed as (update sro.slices set state = $2 where slice_id = $1)
       insert into sro.outbox (slice_id, state, at) values ($1, $2, $3)`,
      [state.sliceId, json(next), Date.now()],
    );
  }
}

function featuresOf(trained: TrainedModel, sliceId: number): readonly Feature[] {
  return trained.features.map((feature, index) => ({ ...feature, ...featureOf(sliceId, index) }));
}

/** The load signal names its columns by their features. */
function signalOf({ features, signal }: TrainedModel, own: readonly Feature[]) {
  const ids = new Map(features.map((feature, k) => [featureId(feature), own[k]]));
  const columns = signal.columns.map((column) => {
    const feature = ids.get(column.featureId);
    return feature === undefined ? column : { ...column, featureId: featureId(feature) };
  });
  return { ...signal, columns };
}

function modelId(sliceId: number, flavorId: FlavorId): string {
  return `bench-${sliceId}-${flavorId}`;
}
