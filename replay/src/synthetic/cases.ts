import type { SyntheticCase } from './case.ts';
import { driftingEffect } from './drifting-effect.ts';
import { flashCrowds } from './flash-crowds.ts';
import { mixedLoads } from './mixed-loads.ts';

/** Every case that is judged: a new one is a file here and a line in this list. */
export const syntheticCases: readonly SyntheticCase[] = [flashCrowds, driftingEffect, mixedLoads];
