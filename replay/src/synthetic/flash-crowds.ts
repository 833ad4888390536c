import type { SyntheticCase } from './case.ts';
import { createDice, type Dice, metricsOf, walk } from './walk.ts';

/**
 * Crowds that come within half a minute and go again, among swells that rise slowly to a height that
 * still holds: the same load is harmless in one and the last warning in the other.
 */
export const flashCrowds: SyntheticCase = {
  name: 'flash crowds',
  unknown: 'whether a load goes on rising',
  load(seed, seconds) {
    const dice = createDice(seed);
    const noise = walk(dice, seconds, 20);
    const work = Float64Array.from(noise, (each) => 0.3 + 0.02 * each);
    let at = 0;
    while (at < seconds) {
      const hump = dice.between(0, 1) < 0.5 ? crowdOf(dice) : swellOf(dice);
      at += dice.between(40, 140);
      at += add(work, Math.floor(at), hump);
    }
    return { work, seen: metricsOf(work, [1, 40, -3, 12], dice) };
  },
};

interface Hump {
  readonly height: number;
  readonly riseSeconds: number;
  readonly holdSeconds: number;
  readonly fallSeconds: number;
}

/** Far beyond what the small flavor holds, within half a minute. */
function crowdOf(dice: Dice): Hump {
  return {
    height: dice.between(0.9, 1.4),
    riseSeconds: dice.between(25, 40),
    holdSeconds: dice.between(30, 80),
    fallSeconds: dice.between(30, 60),
  };
}

/** To just below what the small flavor holds, within two minutes. */
function swellOf(dice: Dice): Hump {
  return {
    height: dice.between(0.3, 0.38),
    riseSeconds: dice.between(90, 130),
    holdSeconds: dice.between(60, 120),
    fallSeconds: dice.between(60, 100),
  };
}

/** A rise and a fall like a cosine's half, and level between them; returns how long it takes. */
function add(work: Float64Array, from: number, hump: Hump): number {
  const { height, riseSeconds, holdSeconds, fallSeconds } = hump;
  const length = riseSeconds + holdSeconds + fallSeconds;
  for (let second = 0; second < length && from + second < work.length; second += 1) {
    const up = Math.min(1, second / riseSeconds);
    const down = Math.min(1, (length - second) / fallSeconds);
    const share = (1 - Math.cos(Math.PI * Math.min(up, down))) / 2;
    work[from + second] = (work[from + second] ?? 0) + height * share;
  }
  return length;
}
