import type { Profile, Sla } from '@slicecast/contracts';
import { forecastProfile } from './backtest/forecast-profile.ts';
import type { Contender } from './choose-champion.ts';
import type { Mode } from './models/model.ts';
import type { RollingOrigin } from './rolling-origin.ts';
import { type Skill, skillOfErrors } from './skill-of-errors.ts';
import type { TrainedModel } from './trained-model.ts';

/** Skill of a new champion over the model in charge on the same targets, with its bootstrap bounds; NaN of too few. */
export interface Comparison extends Skill {
  readonly mode: Mode;
}

/** Fewer of them tell nothing of what is luck. */
const fewestBlocks = 2;
/**
 * A new champion's forecasts out of fold against those of the model in charge, which never saw these rows:
 * it is stepped through them as if they came now. `lastTick` of the targets is the grid's last.
 */
export function compareModels(
  incumbent: TrainedModel,
  profile: Profile,
  rolled: RollingOrigin,
  champion: Contender,
  options: { readonly sla: Sla; readonly seed: number },
): Comparison {
  const { mode } = champion;
  const { stepMs } = profile;
  const tickOf = (at: number) => Math.ceil(at / stepMs);
  const span = { from: 0, to: profile.at.length, liveKpi: mode === 'live-kpi', sla: options.sla };
  const medians = new Map(
    forecastProfile(incumbent, profile, span).map(({ targetAt, quantiles }) => {
      return [tickOf(targetAt), quantiles.q50];
    }),
  );
  const firstTarget = tickOf(profile.at.at(-1) ?? 0) - rolled.actuals.length + 1;
  const mine = rolled.actuals.map((actual, i) =>
    Math.abs((champion.values[i] ?? Number.NaN) - actual),
  );
  const theirs = rolled.actuals.map((actual, i) =>
    Math.abs((medians.get(firstTarget + i) ?? Number.NaN) - actual),
  );
  const { seed } = options;
  return { mode, ...skillOfErrors(mine, theirs, { stepMs, seed, fewestBlocks }) };
}

/** On few rows a lead of less is luck now and then, and not worth to begin anew for. */
const noticeableSkill = 0.03;

/** Proven better in a mode by a noticeable share, and proven worse in none. */
export function wins(comparisons: readonly Comparison[]): boolean {
  const better = comparisons.some(({ value, lower }) => lower > 0 && value >= noticeableSkill);
  return better && !comparisons.some(({ upper }) => upper < 0);
}
