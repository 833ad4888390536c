import type { Profile } from '@slicecast/contracts';
import { maxCellsPerRow } from './profile-series.ts';
import { TrainingRefused } from './training-refused.ts';

/** Fewer rows than this tell noise from nothing; horizons need some of their length as well. */
const fewestRows = 150;
const fewestHorizons = 8;

/** Throws TrainingRefused when no honest model can be made from the profile. */
export function checkProfile(profile: Profile, horizonSeconds: number): void {
  const { stepMs } = profile;
  if (horizonSeconds * 1000 < stepMs) {
    throw new TrainingRefused(
      'horizon-too-short',
      `a horizon of ${horizonSeconds} s is shorter than the step of ${stepMs / 1000} s; ask for ${Math.ceil(stepMs / 1000)} s or more`,
    );
  }
  const horizonSteps = Math.round((horizonSeconds * 1000) / stepMs);
  const need = Math.max(fewestRows, fewestHorizons * horizonSteps);
  const known = profile.kpi.filter((value) => value !== null);
  if (known.length < need) {
    throw new TrainingRefused(
      'too-few-rows',
      `${known.length} rows have a KPI, ${need} are needed for a horizon of ${horizonSeconds} s at a step of ${stepMs / 1000} s`,
    );
  }
  const span = ((profile.at.at(-1) ?? 0) - (profile.at[0] ?? 0)) / stepMs + 1;
  if (span > maxCellsPerRow * profile.at.length) {
    throw new TrainingRefused(
      'too-many-gaps',
      `${profile.at.length} rows lie scattered over ${Math.round(span)} steps of ${stepMs} ms; send the stretches that have data, or a larger step`,
    );
  }
  if (known.every((value) => value === known[0])) {
    throw new TrainingRefused(
      'kpi-constant',
      `the KPI is ${known[0]} in all rows: there is nothing to forecast`,
    );
  }
}
