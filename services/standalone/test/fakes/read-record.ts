import { type ModelPromotion, type SliceForecast, topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';

const everything = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

/** Forecasts of slice 1 from an instant on. */
export function recorded(log: Log, fromMs: number): Promise<SliceForecast[]> {
  const range = { ...everything, fromMs };
  const records = log.readByTime({ topic: topics.sliceForecasts, key: '1', ...range });
  return Array.fromAsync(records, ({ value }) => value);
}

export function promotions(log: Log): Promise<ModelPromotion[]> {
  const records = log.readByTime({ topic: topics.modelPromotions, ...everything });
  return Array.fromAsync(records, ({ value }) => value);
}

/** How many versions of the slice's desired state name a model first, as all services were told. */
export async function versionsWith(log: Log, modelId: string): Promise<number> {
  const records = log.readByTime({ topic: topics.sliceStates, key: '1', ...everything });
  const states = await Array.fromAsync(records, ({ value }) => value);
  const named = states.filter(({ trained }) => trained[0]?.modelId === modelId);
  return new Set(named.map(({ version }) => version)).size;
}

/** Of the published medians made in [fromMs, toMs), in the KPI's unit. */
export async function maeOf(
  log: Log,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<number> {
  const messages = await recorded(log, fromMs);
  const kpiAt = new Map(messages.map(({ at, observedKpi }) => [at, observedKpi]));
  const errors = messages.flatMap(({ at, forecasts: [own] }) => {
    if (own === undefined || at >= toMs) return [];
    const actual = kpiAt.get(at + own.horizonSeconds * 1000) ?? Number.NaN;
    const error = Math.abs(own.quantiles.q50 - actual);
    return Number.isFinite(error) ? [error] : [];
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
