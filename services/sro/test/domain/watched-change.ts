import type { ChangeFact, SliceForecast, SliceState, Verdict } from '@slicecast/contracts';
import { initialVerification } from '../../src/domain/verification.ts';
import { feltMsOf, type Verified, verifyChange } from '../../src/domain/verify-change.ts';
import { aForecast, aSlice, T0 } from './samples.ts';

/** What is seen at a second, and what the forecasts of a horizon before said of it. */
export interface Second {
  readonly kpi: number | null;
  /** Medians by flavor; the 80 % interval reaches a tenth to each side. Null: no forecast. */
  readonly expected: Readonly<Record<number, number | null>>;
}

export const appliedAt = T0 + 60_000;
/** 10 s to settle and 30 s to watch. */
export const endsAt = appliedAt + 40_000;

export interface Watch {
  readonly verdict: Verdict;
  readonly at: number;
  readonly feltMs: number | null;
  readonly verified: Verified;
}

/**
 * Verifies one change, from small to large unless said otherwise, that is applied at the 60th second.
 * Ends with the first verdict; null when none came within ten minutes.
 */
export function watchChange(
  secondAt: (second: number, flavorInForce: number) => Second,
  options: {
    readonly slice?: Partial<SliceState>;
    readonly from?: number;
    readonly to?: number;
  } = {},
): Watch | null {
  const { from = 1, to = 2 } = options;
  const change: ChangeFact = {
    id: '1-change',
    at: appliedAt - 3000,
    origin: 'decision',
    status: 'applied',
    epoch: 0,
    fromFlavor: from,
    toFlavor: to,
    settledAt: appliedAt,
  };
  let memory = initialVerification;
  for (let second = 0; second < 600; second += 1) {
    const at = T0 + second * 1000;
    const isApplied = at >= appliedAt;
    const flavorInForce = isApplied ? to : from;
    const slice = aSlice({ ...options.slice, flavorInForce, epoch: isApplied ? 1 : 0 });
    const forecast = forecastOf(second, slice, secondAt);
    const changes = isApplied ? [change] : [];
    const verified = verifyChange({ forecast, slice, changes }, memory);
    memory = JSON.parse(JSON.stringify(verified.memory));
    const { watched } = verified;
    if (watched?.verdict == null) continue;
    return {
      verdict: watched.verdict,
      at,
      feltMs: feltMsOf(watched.running, change, slice),
      verified,
    };
  }
  return null;
}

/** The message of a second: the KPI of now, and the forecasts of the second a horizon later. */
function forecastOf(
  second: number,
  slice: SliceState,
  secondAt: (second: number, flavorInForce: number) => Second,
): SliceForecast {
  const { epoch, flavorInForce, horizonSeconds } = slice;
  const { kpi: observedKpi } = secondAt(second, flavorInForce);
  const { expected } = secondAt(second + horizonSeconds, flavorInForce);
  const medians = Object.fromEntries(
    Object.entries(expected).map(([id, median]) => [id, median ?? 0]),
  );
  const head = { epoch, flavorInForce, observedKpi, medians };
  const message = aForecast(T0 + second * 1000, medians, head);
  const known = message.forecasts.filter(({ flavorId }) => expected[flavorId] !== null);
  return {
    ...message,
    forecasts: known.map((each) => {
      const { q50 } = each.quantiles;
      const quantiles = { q025: 0.8 * q50, q10: 0.9 * q50, q50, q90: 1.1 * q50, q975: 1.2 * q50 };
      return { ...each, quantiles };
    }),
  };
}
