/**
 * How good the forecasts are on the recorded traces: trained on the first 70 % of the rows, judged on
 * the targets of the rest, through the same forecaster that serves live. Run: `node bench/accuracy.ts`.
 */
import type { Profile, SliceForecast } from '@slicecast/contracts';
import { createSliceForecaster } from '../services/forecasting/src/domain/slice-forecaster.ts';
import { train } from '../services/forecasting/src/domain/train.ts';
import type { TrainedModel } from '../services/forecasting/src/domain/trained-model.ts';
import { rowAt, sliceState } from './forecast-rows.ts';
import { recordedProfile, rowsOf } from './recorded-profile.ts';

const horizonSeconds = 30;
const sla = { bound: 180, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 } as const;

interface Judged {
  readonly run: string;
  readonly nmae: number;
  readonly coverage80: number;
  readonly coverage95: number;
  readonly pinball: number;
  readonly msPerTick: number;
}

const trained = [1, 2].map((flavorId) => {
  const profile = recordedProfile(flavorId === 1 ? 1 : 2);
  const cut = Math.floor(0.7 * profile.at.length);
  const begun = performance.now();
  const model = train(
    { profile: rowsOf(profile, 0, cut), horizonSeconds, sla, seed: 1 },
    { progress: () => undefined, cancelled: () => false },
  );
  const seconds = (performance.now() - begun) / 1000;
  return { flavorId, profile, cut, model, seconds };
});

for (const { flavorId, profile, cut, model, seconds } of trained) {
  const other = trained.find((candidate) => candidate.flavorId !== flavorId);
  const rows: Judged[] = [
    { ...judgePersistence(profile, cut), run: 'persistence' },
    judge('live KPI', { flavorId, profile, cut, model, kpi: true }),
    judge('X alone', { flavorId, profile, cut, model, kpi: false }),
  ];
  if (other !== undefined) {
    const foreign = { ...other.profile, kpi: other.profile.kpi.map(() => null) };
    // Flavor 1's row i is flavor 2's row i − 1.
    const shift = flavorId === 1 ? -1 : 1;
    const seen = { flavorId: other.flavorId, profile: foreign, cut: other.cut, model, kpi: false };
    rows.push(judge('under the other flavor', seen, { profile, shift, flavorId }));
  }
  console.log(
    `\nflavor ${flavorId}: trained in ${seconds.toFixed(1)} s; live KPI by ${model.liveKpi.scoreboard.champion}, X alone by ${model.xAlone.scoreboard.champion}`,
  );
  console.table(
    rows.map(({ run, ...figures }) => ({
      run,
      ...Object.fromEntries(
        Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(4))]),
      ),
    })),
  );
}

interface Run {
  readonly flavorId: number;
  readonly profile: Profile;
  readonly cut: number;
  readonly model: TrainedModel;
  readonly kpi: boolean;
}

/** `truth`: where the actual KPI of the forecast flavor is, when it is not the one in force. */
function judge(
  run: string,
  { flavorId, profile, cut, model, kpi }: Run,
  truth?: { profile: Profile; shift: number; flavorId: number },
): Judged {
  const forecast = truth?.flavorId ?? flavorId;
  const models = new Map([[forecast, { modelId: 'm', model }]]);
  const forecaster = createSliceForecaster({ models });
  const actuals = truth?.profile ?? profile;
  const shift = truth?.shift ?? 0;
  const seen: { message: SliceForecast; actual: number }[] = [];
  const begun = performance.now();
  for (let i = cut - 300; i < profile.at.length; i += 1) {
    const row = rowAt(profile, i, { flavorInForce: flavorId, kpi });
    const message = forecaster.step(row, sliceState(flavorId));
    const actual = actuals.kpi[i + horizonSeconds + shift] ?? null;
    if (message !== null && actual !== null && i >= cut) seen.push({ message, actual });
  }
  const msPerTick = (performance.now() - begun) / (profile.at.length - cut + 300);
  return { run, ...figuresOf(seen, forecast), msPerTick };
}

function figuresOf(seen: readonly { message: SliceForecast; actual: number }[], flavorId: number) {
  const probabilities = [0.025, 0.1, 0.5, 0.9, 0.975];
  const sums = { error: 0, actual: 0, in80: 0, in95: 0, loss: 0, count: 0 };
  for (const { message, actual } of seen) {
    const quantiles = message.forecasts.find((one) => one.flavorId === flavorId)?.quantiles;
    if (quantiles === undefined) continue;
    const { q025, q10, q50, q90, q975 } = quantiles;
    sums.error += Math.abs(q50 - actual);
    sums.actual += actual;
    sums.in80 += actual >= q10 && actual <= q90 ? 1 : 0;
    sums.in95 += actual >= q025 && actual <= q975 ? 1 : 0;
    sums.count += 1;
    [q025, q10, q50, q90, q975].forEach((quantile, k) => {
      const p = probabilities[k] ?? 0.5;
      sums.loss += Math.max(p * (actual - quantile), (p - 1) * (actual - quantile)) / 5;
    });
  }
  return {
    nmae: sums.error / sums.actual,
    coverage80: sums.in80 / sums.count,
    coverage95: sums.in95 / sums.count,
    pinball: sums.loss / sums.count,
  };
}

function judgePersistence(profile: Profile, cut: number) {
  let error = 0;
  let total = 0;
  for (let i = cut; i + horizonSeconds < profile.at.length; i += 1) {
    const now = profile.kpi[i] ?? null;
    const actual = profile.kpi[i + horizonSeconds] ?? null;
    if (now === null || actual === null) continue;
    error += Math.abs(now - actual);
    total += actual;
  }
  const none = Number.NaN;
  return {
    nmae: error / total,
    coverage80: none,
    coverage95: none,
    pinball: none,
    msPerTick: none,
  };
}
