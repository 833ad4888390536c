import { createHash } from 'node:crypto';
import type { Profile } from '@slicecast/contracts';
import type { TrainedModel } from '../domain/trained-model.ts';

/** SHA-256 of a profile, whatever the order of the keys it was sent with. */
export function hashProfile(profile: Profile): string {
  const { at, stepMs, features, columns, kpi } = profile;
  return sha256(JSON.stringify([at, stepMs, features.map(sorted), columns, kpi]));
}

/** SHA-256 of what was learned; the times that the learning took are no part of it. */
export function hashTrained(trained: TrainedModel): string {
  return sha256(JSON.stringify(trained, (key, value) => (key === 'trainingSeconds' ? 0 : value)));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, inner]) => [key, sorted(inner)]);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
