import { bootstrapSkill } from '@slicecast/stats';
import { logLad } from './models/linear.ts';
import type { Mode, Model } from './models/model.ts';
import type { ProfileGrid } from './profile-series.ts';
import { type RollingOrigin, rollOrigin, type Watch } from './rolling-origin.ts';
import {
  type Clocked,
  type Look,
  plainLook,
  type TrainedView,
  weighedLook,
  weighedSignal,
} from './trained-view.ts';

/** With a smaller share of the error saved it is not worth to depend on what the load is made of. */
const leastGain = 0.05;
/** The same as in a scoreboard. */
const bootstrap = { resamples: 1000, confidence: 0.9 };
const blockSeconds = 120;

/** A line on the load and its past: cheap, and as good as it is told of. */
const probes = [logLad] as readonly unknown[] as readonly Model[];

/**
 * How the load is seen: weighed where forecasts of the load alone are proven better by it out of fold, by a noticeable
 * share, and those with the KPI's past not worse; else by its median, as if weights had never been tried.
 */
export function chooseLook(
  grid: ProfileGrid,
  clock: Clocked & { readonly seed: number },
  watch: Watch,
): { readonly look: Look; readonly view: TrainedView } {
  const plain = { look: plainLook, view: plainLook(grid, grid.length, clock) };
  if (weighedSignal(grid, grid.length).signal.weighting === undefined) return plain;
  const period = plain.view.basis.cycle?.period ?? null;
  const roll = (look: Look) =>
    rollOrigin(grid, clock, period, watch, {
      models: probes,
      modes: ['live-kpi', 'x-alone'],
      look,
    });
  const [by, over] = [roll(weighedLook), roll(plainLook)];
  const alone = skillOf('x-alone', by, over, clock);
  const live = skillOf('live-kpi', by, over, clock);
  const better = alone.value >= leastGain && alone.lower > 0;
  if (!better || live.upper < 0) return plain;
  return { look: weighedLook, view: weighedLook(grid, grid.length, clock) };
}

/** Share of the absolute error that is saved at the targets that both forecast, on the KPI's scale. */
function skillOf(
  mode: Mode,
  by: RollingOrigin,
  over: RollingOrigin,
  { stepMs, seed }: { readonly stepMs: number; readonly seed: number },
): { readonly value: number; readonly lower: number; readonly upper: number } {
  const [own, other] = [errorsOf(mode, by), errorsOf(mode, over)];
  const both = (_: number, i: number) => Number.isFinite((own[i] ?? 0) + (other[i] ?? 0));
  const [a, b] = [own.filter(both), other.filter(both)];
  const total = (errors: Float64Array) => errors.reduce((sum, error) => sum + error, 0);
  const blockLength = (blockSeconds * 1000) / stepMs;
  return {
    value: total(b) === 0 ? 0 : 1 - total(a) / total(b),
    ...bootstrapSkill(a, b, { ...bootstrap, blockLength, seed }),
  };
}

function errorsOf(mode: Mode, { models, scaledActuals }: RollingOrigin): Float64Array {
  const middle = models.find((each) => each.mode === mode)?.estimates.middle;
  return scaledActuals.map((actual, i) => Math.abs((middle?.[i] ?? Number.NaN) - actual));
}
