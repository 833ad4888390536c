import { seededRandom } from '@slicecast/stats';
import type { Candidate } from '../../src/domain/selection-task.ts';
import { candidateOf, seededNormal, series } from './candidates.ts';

/** Periods of rhythms, s, none of them the load's 1,175 s. */
const periods = [300, 450, 600, 700, 850, 1400, 1800, 2600, 3600, 5000, 7200, 10_000];

interface Dice {
  readonly normal: () => number;
  readonly random: () => number;
}

const kinds: Readonly<Record<string, (rows: number, dice: Dice, nth: number) => Float64Array>> = {
  constant: (rows, { random }) => new Float64Array(rows).fill(1e9 * random()),
  dead: (rows) => series(rows, (row) => (row < 60 ? 1 : Number.NaN)),
  blinking: (rows) => series(rows, (row) => (row % 1000 === 999 ? 1 : 0)),
  noise: (rows, { normal }) => series(rows, () => 40 + 4 * normal()),
  rate: (rows, { normal }) => series(rows, () => Math.max(0, Math.round(20 + 4 * normal()))),
  bursts: (rows, { normal, random }) =>
    series(rows, () => (random() < 0.01 ? Math.exp(3 * normal()) : 0.001 * normal())),
  walk: (rows, { normal }) => {
    let at = 1e9;
    return series(rows, () => {
      at += normal();
      return at;
    });
  },
  coarseWalk: (rows, { normal }) => {
    let at = 0;
    return series(rows, () => {
      at += normal();
      return Math.round(at / 5);
    });
  },
  returning: (rows, { normal }) => {
    let at = 0;
    return series(rows, () => {
      at = 0.998 * at + normal();
      return at;
    });
  },
  trend: (rows, { normal }) => {
    const slope = normal();
    return series(rows, (row) => slope * row + 100 * normal());
  },
  switching: (rows, { random }) => {
    let on = 0;
    return series(rows, () => {
      if (random() < 0.003) on = 1 - on;
      return on;
    });
  },
  rhythm: (rows, { normal, random }, nth) => {
    const period = periods[nth % periods.length] ?? 300;
    const phase = random();
    const noise = 0.3 * random();
    return series(rows, (row) => Math.sin(2 * Math.PI * (row / period + phase)) + noise * normal());
  },
};

/** So many of each of the twelve kinds, the same for the same seed. */
export function distractors(rows: number, ofEach: number, seed: number): readonly Candidate[] {
  const dice = { normal: seededNormal(seed), random: seededRandom(seed + 1) };
  return Object.entries(kinds).flatMap(([kind, make]) =>
    Array.from({ length: ofEach }, (_, nth) =>
      candidateOf(`${kind}-${nth}`, make(rows, dice, nth)),
    ),
  );
}
