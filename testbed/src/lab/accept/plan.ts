import type { Policy } from '@slicecast/contracts';
import { predictive } from '@slicecast/sro/domain/policies/predictive.ts';
import { reactiveDefaults } from '@slicecast/sro/domain/policies/reactive.ts';
import { labSettings } from '../settings.ts';

/** The cycle of the recorded load, seconds: what the policies' usual times are for. */
const recordedCycleSeconds = 1175;

/** The lengths of an acceptance run. */
export interface AcceptPlan {
  /** Of scrapes, KPI and decisions. */
  readonly stepMs: number;
  readonly horizonSeconds: number;
  readonly cycleSeconds: number;
  /** Under each flavor, to learn from. */
  readonly profileCycles: number;
  /** Under each policy: three after a first change within the first. */
  readonly policyCycles: number;
  /** The cycle as a share of the recorded one: what the policies' times are multiplied by. */
  readonly scale: number;
  /** A flavor is taken and its policy set within the load's rest; so much of it is not counted. */
  readonly settleSeconds: number;
}

/** Features are judged on the last three fifths of a profile in eight blocks: each should see about half a cycle. */
const cycles = { profileCycles: 6, policyCycles: 4 };
const policyCount = 4;

/** The longest cycle with which all runs fit into so many minutes; training comes on top. */
export function planOf(minutes: number): AcceptPlan {
  const count =
    labSettings.flavors.length * cycles.profileCycles + policyCount * cycles.policyCycles;
  const cycleSeconds = Math.floor((minutes * 60) / count);
  const { horizonSeconds } = labSettings;
  return {
    stepMs: 1000,
    horizonSeconds,
    settleSeconds: 5,
    ...cycles,
    cycleSeconds,
    scale: scaleOf(cycleSeconds),
  };
}

export function scaleOf(cycleSeconds: number): number {
  return cycleSeconds / recordedCycleSeconds;
}

/** The policies' times, scaled with the cycle, in whole seconds of at least one. */
export function policiesOf({ scale }: Pick<AcceptPlan, 'scale'>) {
  const seconds = (usual: number) => Math.max(1, Math.round(usual * scale));
  const perHour = (usual: number) => Math.min(3600, Math.ceil(usual / scale));
  const { syncSeconds, windowSeconds, downStabilisationSeconds } = reactiveDefaults;
  return {
    reactive: {
      kind: 'reactive',
      syncSeconds: seconds(syncSeconds),
      windowSeconds: seconds(windowSeconds),
      downStabilisationSeconds: seconds(downStabilisationSeconds),
      maxChangesPerHour: perHour(60),
      manualHoldSeconds: 0,
    },
    predictive: {
      kind: 'predictive',
      cooldownUpSeconds: seconds(predictive.limits.cooldownUpSeconds),
      cooldownDownSeconds: seconds(predictive.limits.cooldownDownSeconds),
      maxChangesPerHour: perHour(predictive.limits.maxChangesPerHour),
      manualHoldSeconds: 0,
    },
  } as const satisfies Record<string, Policy>;
}
