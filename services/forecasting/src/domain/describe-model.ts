import type { CreateModel, Model } from '@slicecast/contracts';
import type { TrainedModel } from './trained-model.ts';

/** A trained model as people read it. `dataHash`: SHA-256 of the profile. */
export function describeModel(
  request: Pick<CreateModel, 'tenantId' | 'sliceId' | 'flavorId'>,
  trained: TrainedModel,
  facts: Pick<Model, 'id' | 'dataHash' | 'modelHash' | 'trainingSeconds' | 'createdAt'>,
): Model {
  const byEffect = trained.effect?.champion?.scoreboard;
  return {
    ...facts,
    tenantId: request.tenantId,
    sliceId: request.sliceId,
    flavorId: request.flavorId,
    horizonSeconds: trained.horizonSeconds,
    stepMs: trained.stepMs,
    features: [...trained.features],
    periodSeconds: trained.periodMs === null ? null : trained.periodMs / 1000,
    rows: trained.rows,
    seed: trained.seed,
    liveKpi: trained.liveKpi.scoreboard,
    xAlone: trained.xAlone.scoreboard,
    ...(byEffect === undefined ? {} : { byEffect }),
  };
}
