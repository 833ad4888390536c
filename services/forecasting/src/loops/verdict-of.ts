import type { Model } from '@slicecast/contracts';
import { type Comparison, wins } from '../domain/compare-models.ts';
import type { ClaimedTraining, TrainingOutcome } from '../ports.ts';

type Verdict = Pick<Extract<TrainingOutcome, { status: 'succeeded' }>, 'promotion' | 'detail'>;

/** Whether a model that was trained because of drift goes in charge, and why; nothing of one that was requested. */
export function verdictOf(
  { incumbent }: Pick<ClaimedTraining, 'incumbent'>,
  { id: modelId, createdAt: at, tenantId, sliceId, flavorId, stepMs, features }: Model,
  comparisons: readonly Comparison[],
): Verdict {
  if (incumbent === null) return {};
  const against = `${incumbent} on the recent rows: ${comparisons.map(inWords).join(', ')}`;
  if (!wins(comparisons)) return { detail: `not promoted, as it does not beat ${against}` };
  const head = { tenantId, sliceId, flavorId, at, modelId, replaces: incumbent };
  return { promotion: { ...head, stepMs, features }, detail: `promoted, as it beats ${against}` };
}

function inWords({ mode, value, lower, upper }: Comparison): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  if (Number.isNaN(lower)) return `${mode} too few rows to tell`;
  return `${mode} skill ${percent(value)} (${percent(lower)} to ${percent(upper)})`;
}
