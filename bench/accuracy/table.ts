import { bootstrapRatio } from '@slicecast/stats';
import { scoreProbability } from '../../services/forecasting/src/domain/score-probability.ts';
import type { FlavorFigures } from './figures.ts';
import type { Measured } from './measure.ts';

/** One aim and what came of it, for one flavor. */
export interface Aim {
  readonly what: string;
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}

interface Aims {
  readonly live: number;
  readonly liveRolling: number;
  readonly xAlone: number;
  readonly xAloneRolling: number;
  readonly other: number;
  readonly pinball: number;
  readonly crossings: number | null;
}

const aimsOf: Readonly<Record<number, Aims>> = {
  1: {
    live: 0.155,
    liveRolling: 0.174,
    xAlone: 0.157,
    xAloneRolling: 0.177,
    other: 0.158,
    pinball: 0.6,
    crossings: 0.98,
  },
  2: {
    live: 0.247,
    liveRolling: 0.232,
    xAlone: 0.263,
    xAloneRolling: 0.244,
    other: 0.265,
    pinball: 0.75,
    crossings: null,
  },
};

/** Share of coverage by which it may be off: in all, in each third of the load, without the live KPI. */
const tolerated = { whole: 0.02, level: 0.03, xAlone: 0.04 };
const longestOverOwn = 1.02;
const longestTrainingSeconds = 10;

export function aimsFor(figures: FlavorFigures): readonly Aim[] {
  const aims = aimsOf[figures.flavorId];
  if (aims === undefined) throw new RangeError(`flavor ${figures.flavorId} has no aims`);
  const { split, rolling, training } = figures;
  const liveRolling = meanOf(rolling.live, (fold) => fold.nmae);
  const xAloneRolling = meanOf(rolling.xAlone, (fold) => fold.nmae);
  const ratio = split.other.nmae / split.xAlone.nmae;
  const loss = split.live.pinball / figures.persistencePinball;
  const { seconds, cpuSeconds } = training;
  return [
    atMost('NMAE at 30 s, time split, live KPI', split.live.nmae, aims.live),
    atMost('the same, rolling origin', liveRolling, aims.liveRolling),
    atMost('X alone, time split', split.xAlone.nmae, aims.xAlone),
    atMost('X alone, rolling origin', xAloneRolling, aims.xAloneRolling),
    atMost('under the other flavor', split.other.nmae, aims.other),
    atMost('the same over its own X-alone score', ratio, longestOverOwn),
    ...figures.horizons.map(({ horizonSeconds, nmae, best }) =>
      atMost(`horizon ${horizonSeconds} s; best simple row: ${best.name}`, nmae, best.nmae),
    ),
    ...coverage('coverage, live KPI, split', [split.live], tolerated.whole),
    ...coverage('coverage, live KPI, rolling', rolling.live, tolerated.whole),
    ...coverage('coverage, X alone, split', [split.xAlone], tolerated.xAlone),
    ...coverage('coverage, X alone, rolling', rolling.xAlone, tolerated.xAlone),
    ...byLevel('coverage by load level, live KPI, split', [split.live]),
    ...byLevel('coverage by load level, live KPI, rolling', rolling.live),
    ...byLevel('coverage by load level, X alone, split', [split.xAlone]),
    ...byLevel('coverage by load level, X alone, rolling', rolling.xAlone),
    ...told('live KPI, split', [split.live]),
    ...told('live KPI, rolling', rolling.live),
    ...told('X alone, split', [split.xAlone]),
    ...told('X alone, rolling', rolling.xAlone),
    atMost('pinball loss over that of the persistence interval', loss, aims.pinball),
    ...(aims.crossings === null ? [] : [atLeast(split.live.crossings, aims.crossings)]),
    {
      what: `training, in seconds of one processor, on ${training.model.rows} × ${training.model.features.length} rows`,
      aim: `≤ ${longestTrainingSeconds} s`,
      measured: `${cpuSeconds.toFixed(1)} s (${seconds.toFixed(1)} s on the wall)`,
      // What other processes took of the wall is not the training's.
      met: cpuSeconds <= longestTrainingSeconds,
    },
  ];
}

export function meanOf(folds: readonly Measured[], of: (fold: Measured) => number): number {
  return folds.reduce((sum, fold) => sum + of(fold), 0) / folds.length;
}

export const rounded = (value: number) => value.toFixed(4).replace(/^0/, '');

function atMost(what: string, value: number, most: number): Aim {
  return { what, aim: `≤ ${rounded(most)}`, measured: rounded(value), met: value <= most };
}

function atLeast(value: number, least: number): Aim {
  const what = 'crossings of 180 ms, smoothed, F1 score';
  return { what, aim: `≥ ${rounded(least)}`, measured: rounded(value), met: value >= least };
}

function coverage(what: string, folds: readonly Measured[], within: number): Aim[] {
  return [
    near(
      `80 % ${what}`,
      meanOf(folds, (fold) => fold.coverage80),
      0.8,
      within,
    ),
    near(
      `95 % ${what}`,
      meanOf(folds, (fold) => fold.coverage95),
      0.95,
      within,
    ),
  ];
}

export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function near(what: string, share: number, nominal: number, within: number): Aim {
  return {
    what,
    aim: `${percent(nominal)} ± ${(100 * within).toFixed(0)}`,
    measured: percent(share),
    met: Math.abs(share - nominal) <= within,
  };
}

/** A tenth of a load cycle stays together: misses come in spells. */
const resampling = { blockLength: 120, resamples: 500, seed: 1, confidence: 0.95 };

/** In each third of the load, the mean over the folds, and where it would be with other spells of the same load. */
function byLevel(what: string, folds: readonly Measured[]): Aim[] {
  const aim = (nominal: number, of: 'inside80' | 'inside95'): Aim => {
    const levels = [0, 1, 2].map((level) => {
      const parts = folds.flatMap(({ levels }) => {
        const found = levels[level];
        return found === undefined ? [] : [{ a: found[of], b: found.counted }];
      });
      const shares = parts.map(({ a, b }) => sum(a) / sum(b));
      return { share: sum(shares) / shares.length, ...bootstrapRatio(parts, resampling) };
    });
    return {
      what: `${100 * nominal} % ${what}`,
      aim: `${percent(nominal)} ± ${(100 * tolerated.level).toFixed(0)}`,
      measured: levels
        .map(({ share, lower, upper }) => `${percent(share)} (${whole(lower)} to ${whole(upper)})`)
        .join(', '),
      met: levels.every(({ share }) => Math.abs(share - nominal) <= tolerated.level),
    };
  };
  return [aim(0.8, 'inside80'), aim(0.95, 'inside95')];
}

const sum = (values: ArrayLike<number>) =>
  Array.from(values).reduce((total, value) => total + value, 0);
const whole = (share: number) => (100 * share).toFixed(0);

/** The Brier score of all targets of all folds. */
function told(run: string, folds: readonly Measured[]): Aim[] {
  const score = scoreProbability(folds.flatMap((fold) => fold.told));
  if (score === null) return [];
  const { brier, climatologyBrier } = score;
  return [
    {
      what: `Brier score of P(KPI > bound), ${run}; that of the training part's share`,
      aim: `< ${rounded(climatologyBrier)}`,
      measured: rounded(brier),
      met: brier < climatologyBrier,
    },
  ];
}
