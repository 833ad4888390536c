/**
 * How good the forecasts are on the recorded traces, against their aims; writes docs/accuracy.md.
 * Takes some minutes: each flavor is trained eleven times. Run: `npm run bench:accuracy`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cutOf, type FlavorFigures, figuresOf } from './accuracy/figures.ts';
import { reportOf } from './accuracy/report.ts';
import { aimsFor } from './accuracy/table.ts';
import { timeTicks } from './accuracy/time-ticks.ts';
import { recordedProfile } from './recorded-profile.ts';

const small = recordedProfile(1);
const large = recordedProfile(2);
const say = (flavorId: number) => (step: string) => console.error(`flavor ${flavorId}: ${step}`);

// Flavor 1's row i is flavor 2's row i − 1.
const flavors: readonly [FlavorFigures, FlavorFigures] = [
  figuresOf(1, small, { profile: large, truthShift: 1 }, say(1)),
  figuresOf(2, large, { profile: small, truthShift: -1 }, say(2)),
];
const models = [flavors[0].training.model, flavors[1].training.model] as const;
const ticks = timeTicks(models, small, small.at.length - cutOf(small));
for (const figures of flavors) {
  console.log(`\nflavor ${figures.flavorId}`);
  console.table(aimsFor(figures));
}
console.log('ticks, ms', ticks);
writeFileSync(join(import.meta.dirname, '../docs/accuracy.md'), reportOf(flavors, ticks));
