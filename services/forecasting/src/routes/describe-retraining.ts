import { trainingDueAt } from '../domain/retrain.ts';
import type { TrainedModel } from '../domain/trained-model.ts';
import type { DriftTraining } from '../ports.ts';

/** What is known of a slice's trainings because of drift. */
export interface RetrainingFacts {
  readonly newest: DriftTraining | undefined;
  /** Rows of the record that a training takes at the most; 0: nothing is trained anew. */
  readonly mostRows: number;
  /** When a drifting model is looked at again, in event time; undefined: when the record holds rows enough. */
  readonly lookAgainAt: (modelId: string) => number | undefined;
}

/** A model in charge whose champion drifts, at an instant. */
export interface DriftingModel {
  readonly modelId: string;
  readonly model: Pick<TrainedModel, 'stepMs' | 'horizonSeconds' | 'periodMs'>;
  readonly since: number;
  readonly now: number;
}

/** What is done about the drift: awaited, at work, or what became of it and when it is tried again. */
export function describeRetraining(facts: RetrainingFacts, drifting: DriftingModel): string {
  const { newest, mostRows, lookAgainAt } = facts;
  const { modelId, model, since, now } = drifting;
  if (mostRows === 0) {
    return 'it is not trained anew, as FORECASTING_RETRAIN_ROWS is 0: profile the flavor anew';
  }
  const own = newest?.incumbent === modelId ? newest : undefined;
  const active = own === undefined ? undefined : whileActive(own);
  if (active !== undefined) return active;
  const again = lookAgainAt(modelId);
  if (own !== undefined && again !== undefined && now < again) {
    return `it was trained anew in vain (${own.job.detail ?? own.job.status}); the next time at ${instant(again)} at the earliest`;
  }
  const dueAt = Math.max(trainingDueAt(since, model, mostRows), again ?? since);
  if (now >= dueAt) return 'it is about to be trained anew from the record';
  const seconds = Math.ceil((dueAt - now) / 1000);
  return `it is trained anew when the record holds rows enough since then, in about ${seconds} s`;
}

/** Undefined of one that is over without a model to go in charge. */
function whileActive({ job, won, modelId }: DriftTraining): string | undefined {
  if (won)
    return `${modelId} was trained anew, beats it on the recent rows and is about to go in charge`;
  if (job.status !== 'queued' && job.status !== 'running') return undefined;
  return `it is being trained anew from the record: job ${job.id} is at ${job.step}, ${Math.round(job.progressPercent)} %`;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
