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

export interface RefusedProfile {
  readonly flavorId: number;
  readonly refused: string;
}

export interface ProfileStage {
  readonly slicecast: Pick<Slicecast, 'urls'>;
  readonly observed: Observed;
  readonly plan: AcceptPlan;
  tell(what: string): void;
}

/** Both flavors under load first, then the training: it takes no part in the KPI that it learns from. */
export async function profileFlavors(
  { slicecast, observed, plan, tell }: ProfileStage,
  slice: SliceCalls,
  clock: CycleClock,
): Promise<readonly (ModelReport | RefusedProfile)[]> {
  const spans: { readonly flavorId: number; readonly steps: ObservedSteps }[] = [];
  for (const { id: flavorId, name } of labSettings.flavors) {
    const from = clock.boundaryAfter(Date.now());
    await slice.changeTo(flavorId);
    tell(`profiling ${name} for ${plan.profileCycles} cycles of ${plan.cycleSeconds} s`);
    const to = from + plan.profileCycles * plan.cycleSeconds * 1000;
    await until(to - 500);
    spans.push({ flavorId, steps: observed.steps(from + plan.settleSeconds * 1000, to - 1000) });
  }
  const reports: (ModelReport | RefusedProfile)[] = [];
  for (const { flavorId, steps } of spans) {
    const report = await train(slicecast, flavorId, yFileOf(steps));
    if ('refused' in report && !plan.modelsMayLack) throw new Error(report.refused);
    tell('refused' in report ? report.refused : describe(report));
    reports.push(report);
  }
  return reports;
}

/** A profile that no honest model can be made from is an outcome, not a fault of the run. */
async function train(
  { urls }: Pick<Slicecast, 'urls'>,
  flavorId: number,
  yFile: string,
): Promise<ModelReport | RefusedProfile> {
  try {
    const y = { flavorId, yFile, tell: () => undefined };
    const { model, selection } = await profileFlavor({ urls }, y);
    const features = selection.features.map(({ feature }) => feature.labels.__name__ ?? '');
    return { ...reportOf(model), features };
  } catch (error) {
    if (error instanceof CallFailed) return { flavorId, refused: error.message };
    throw error;
  }
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
