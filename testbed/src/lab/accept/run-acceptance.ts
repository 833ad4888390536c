import type { Policy, SliceDefinition } from '@slicecast/contracts';
import { startKpiClient, startLoad } from '../load-and-kpi.ts';
import type { Layout } from '../network/layout.ts';
import { requireLab } from '../network/programs.ts';
import { labSlice } from '../operator-file.ts';
import { createKpiStream } from '../post-kpi.ts';
import { labSettings } from '../settings.ts';
import { type Lab, startLab } from '../start-lab.ts';
import { type CycleClock, cycleClock, until } from './cycle-clock.ts';
import { type JudgedRun, judgeRun, type PolicyOutcome } from './judge.ts';
import { type Observed, observeLab } from './observe.ts';
import { type AcceptPlan, policiesOf } from './plan.ts';
import { type ModelReport, profileFlavors, trainFrom } from './profile-flavors.ts';
import { makeSlice, type SliceCalls } from './slice-calls.ts';
import { type Slicecast, startSlicecast } from './start-slicecast.ts';

export interface AcceptOptions {
  readonly plan: AcceptPlan;
  readonly seed: number;
  readonly logLevel: string;
  /** Learned from in place of a profile under load: to see the machinery work, not to judge a policy. */
  readonly past?: Past;
  tell(what: string): void;
}

/** What the lab's Prometheus is told that it saw, and the Y files that go with it. */
export interface Past {
  /** OpenMetrics' text form. */
  history(layout: Layout): string;
  yFile(flavorId: number): string;
}

export interface SeedReport {
  readonly seed: number;
  readonly models: readonly ModelReport[];
  readonly outcomes: Readonly<Record<PolicyName, PolicyOutcome>>;
}

export const policyNames = ['small only', 'large only', 'reactive', 'predictive'] as const;
export type PolicyName = (typeof policyNames)[number];

/** As the recorded load's lead times count it. */
const recordedNeedSeconds = 15;

/** One acceptance run: real load, metrics, KPI and changes, one policy after the other. Leaves nothing. */
export async function runAcceptance(options: AcceptOptions): Promise<SeedReport> {
  const { plan, past } = options;
  const programs = await requireLab();
  const [small] = labSettings.flavors;
  const lab = await startLab({
    programs,
    purpose: 'accept',
    bandwidth: small.bandwidth,
    stepMs: plan.stepMs,
    history: past?.history,
  });
  const undo: (() => Promise<void>)[] = [lab.stop];
  try {
    const slicecast = await startSlicecast(lab, options.logLevel);
    undo.push(slicecast.stop);
    const observed = observeLab(lab);
    undo.push(observed.stop);
    const broken = lab.broken.then((reason): never => {
      throw new Error(`the lab broke: ${reason}`);
    });
    return await Promise.race([runOn({ ...options, lab, slicecast, observed }), broken]);
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

interface Stage extends AcceptOptions {
  readonly lab: Lab;
  readonly slicecast: Slicecast;
  readonly observed: Observed;
}

async function runOn(stage: Stage): Promise<SeedReport> {
  const { lab, slicecast, observed, plan, seed } = stage;
  const sro = slicecast.urls.sro ?? '';
  const definition = { ...labSlice(lab, plan.horizonSeconds), policy: policiesOf(plan).predictive };
  const slice = await makeSlice(sro, definition);
  const stream = createKpiStream(sro, definition.id);
  await startKpiClient(lab, seed, (sample) => {
    observed.takeKpi(sample);
    stream.offer(sample);
  });
  const startAt = Math.ceil(Date.now() / 1000) * 1000 + 1000;
  const { cycleSeconds: periodSeconds } = plan;
  const load = { shape: 'trapezoid', ...labSettings.clients } as const;
  await startLoad(lab, { ...load, periodSeconds, seed, startAt });
  const clock = cycleClock(startAt, periodSeconds);
  const { past } = stage;
  const models =
    past === undefined
      ? await profileFlavors(stage, slice, clock)
      : await learnFrom(slicecast, past);
  await slice.startForecast();
  return { seed, models, outcomes: await runPolicies(stage, { slice, definition, clock }) };
}

async function learnFrom(slicecast: Slicecast, past: Past): Promise<readonly ModelReport[]> {
  const reports: ModelReport[] = [];
  for (const { id } of labSettings.flavors) {
    reports.push(await trainFrom(slicecast, id, past.yFile(id)));
  }
  return reports;
}

interface Policies {
  readonly slice: SliceCalls;
  readonly definition: SliceDefinition;
  readonly clock: CycleClock;
}

async function runPolicies(
  stage: Stage,
  { slice, definition, clock }: Policies,
): Promise<Record<PolicyName, PolicyOutcome>> {
  const { plan, observed, tell } = stage;
  const [small, large] = labSettings.flavors;
  const policies = policiesOf(plan);

  async function run(name: PolicyName, flavorId: number, policy?: Policy): Promise<JudgedRun> {
    const boundary = clock.boundaryAfter(Date.now());
    await until(boundary);
    await slice.orchestrate(false);
    await slice.changeTo(flavorId);
    if (policy !== undefined) {
      await slice.setPolicy(policy);
      await slice.orchestrate(true);
    }
    tell(`running ${name} for ${plan.policyCycles} cycles`);
    const from = boundary + plan.settleSeconds * 1000;
    const to = boundary + plan.policyCycles * plan.cycleSeconds * 1000;
    // The next policy takes over at the boundary, and waits for no further cycle.
    await until(to - 500);
    const steps = observed.steps(from, to - 1000);
    return { ...steps, changes: await slice.changesWithin(from, to) };
  }

  const runs = {
    'small only': await run('small only', small.id),
    'large only': await run('large only', large.id),
    reactive: await run('reactive', small.id, policies.reactive),
    predictive: await run('predictive', small.id, policies.predictive),
  };
  await slice.orchestrate(false);
  const alone = new Map([
    [small.id, runs['small only']],
    [large.id, runs['large only']],
  ]);
  const needSeconds = Math.max(3, Math.round(recordedNeedSeconds * plan.scale));
  const { cycleSeconds, stepMs } = plan;
  const judged = { slice: definition, cycleSeconds, stepMs, needSeconds, alone };
  return {
    'small only': judgeRun(runs['small only'], judged),
    'large only': judgeRun(runs['large only'], judged),
    reactive: judgeRun(runs.reactive, judged),
    predictive: judgeRun(runs.predictive, judged),
  };
}
