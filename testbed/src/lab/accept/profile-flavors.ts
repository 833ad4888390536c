import type { Model } from '@slicecast/contracts';
import { CallFailed } from '../../demo/call-api.ts';
import { profileFlavor } from '../../demo/profile-flavor.ts';
import { labSettings } from '../settings.ts';
import { type CycleClock, until } from './cycle-clock.ts';
import type { Observed, ObservedSteps } from './observe.ts';
import type { AcceptPlan } from './plan.ts';
import type { SliceCalls } from './slice-calls.ts';
import type { Slicecast } from './start-slicecast.ts';

/** What the profile of a flavor came to. */
export interface ModelReport {
  readonly flavorId: number;
  readonly rows: number;
  readonly periodSeconds: number | null;
  readonly features: readonly string[];
  readonly liveKpi: Pick<Model['liveKpi'], 'champion' | 'gated' | 'skill'>;
  readonly xAlone: Pick<Model['xAlone'], 'champion' | 'gated' | 'skill'>;
}

export interface ProfileStage {
  readonly slicecast: Pick<Slicecast, 'urls'>;
  readonly observed: Observed;
  readonly plan: AcceptPlan;
  tell(what: string): void;
}

/** A refused profile goes on for so many cycles more, and is tried again, at most so often. */
const further = { cycles: 2, times: 3 };

/** Each flavor under load until a model comes of it; the load goes on while it is trained. */
export async function profileFlavors(
  stage: ProfileStage,
  slice: SliceCalls,
  clock: CycleClock,
): Promise<readonly ModelReport[]> {
  const reports: ModelReport[] = [];
  for (const { id } of labSettings.flavors) {
    reports.push(await profileOne(stage, { slice, clock, flavorId: id }));
  }
  return reports;
}

async function profileOne(
  { slicecast, observed, plan, tell }: ProfileStage,
  { slice, clock, flavorId }: { slice: SliceCalls; clock: CycleClock; flavorId: number },
): Promise<ModelReport> {
  const { cycleSeconds, profileCycles, settleSeconds } = plan;
  const from = clock.boundaryAfter(Date.now());
  await slice.changeTo(flavorId);
  let to = from + profileCycles * cycleSeconds * 1000;
  tell(`profiling flavor ${flavorId} for ${profileCycles} cycles of ${cycleSeconds} s`);
  for (let left = further.times; ; left -= 1) {
    await until(to - 500);
    const steps = observed.steps(from + settleSeconds * 1000, to - 1000);
    try {
      const report = await trainFrom(slicecast, flavorId, yFileOf(steps));
      tell(describe(report));
      return report;
    } catch (error) {
      if (!(error instanceof CallFailed) || left === 0) throw error;
      tell(error.message);
    }
    to = clock.boundaryAfter(Date.now() + (further.cycles - 1) * cycleSeconds * 1000);
    tell(`going on with it until ${new Date(to).toISOString().slice(11, 19)}`);
  }
}

/** Rejects with CallFailed where no honest model can be made of it. */
export async function trainFrom(
  { urls }: Pick<Slicecast, 'urls'>,
  flavorId: number,
  yFile: string,
): Promise<ModelReport> {
  const y = { flavorId, yFile, tell: () => undefined };
  const { model, selection } = await profileFlavor({ urls }, y);
  const features = selection.features.map(({ feature }) => feature.labels.__name__ ?? '');
  return { ...reportOf(model), features };
}

function yFileOf({ at, kpi }: ObservedSteps): string {
  const lines = at.flatMap((each, index) => {
    const value = kpi[index] ?? Number.NaN;
    return Number.isFinite(value) ? `${each / 1000},${value}` : [];
  });
  return `timestamp,${labSettings.kpi}\n${lines.join('\n')}\n`;
}

function reportOf(model: Model): Omit<ModelReport, 'features'> {
  const { flavorId, rows, periodSeconds, liveKpi, xAlone } = model;
  const part = ({ champion, gated, skill }: Model['liveKpi']) => ({ champion, gated, skill });
  return { flavorId, rows, periodSeconds, liveKpi: part(liveKpi), xAlone: part(xAlone) };
}

function describe({
  flavorId,
  rows,
  periodSeconds,
  features,
  liveKpi,
  xAlone,
}: ModelReport): string {
  const part = ({ champion, gated, skill }: ModelReport['liveKpi']) =>
    `${champion} ${gated ? 'in charge' : 'WITHOUT SKILL'} (${Math.round(100 * skill.value)} % better than ${skill.baseline}, at least ${Math.round(100 * skill.lower)} %)`;
  const cycle = periodSeconds === null ? 'no cycle found' : `cycle ${periodSeconds.toFixed(1)} s`;
  return `flavor ${flavorId}: ${rows} rows, ${cycle}, ${features.length} features; with live KPI ${part(liveKpi)}; X alone ${part(xAlone)}`;
}
