import type { SyntheticCase } from './case.ts';
import { createDice, metricsOf, walk } from './walk.ts';

const cycleSeconds = 400;
/** Not a multiple of the cycle: each load is met with each effect. */
const driftSeconds = 1430;

/** A daily load in small, each unit of which costs more and more until something is cleaned up, and then little again. */
export const driftingEffect: SyntheticCase = {
  name: 'drifting effect',
  unknown: 'how much a unit of load costs today',
  load(seed, seconds) {
    const dice = createDice(seed);
    const noise = walk(dice, seconds, 30);
    const first = dice.between(0, driftSeconds);
    const load = Float64Array.from(noise, (each, second) => {
      const wave = (1 - Math.cos((2 * Math.PI * second) / cycleSeconds)) / 2;
      return 0.25 + 0.6 * wave + 0.03 * each;
    });
    const work = load.map((value, second) => {
      const age = ((second + first) % driftSeconds) / driftSeconds;
      return value * (0.7 + 0.9 * age);
    });
    return { work, seen: metricsOf(load, [1, 25, -2, 7], dice) };
  },
};
