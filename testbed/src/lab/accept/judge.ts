import type { Change, SliceDefinition } from '@slicecast/contracts';
import { type Outcome, outcomeOf } from '@slicecast/replay/src/judge/outcome.ts';
import type { ObservedSteps } from './observe.ts';

/** What a policy did over its run, beside what the same load did under one flavor alone. */
export interface PolicyOutcome extends Omit<Outcome, 'estimatedViolationSeconds'> {
  readonly seconds: number;
  /** Whole cycles after its first change; null when it made none. */
  readonly cyclesAfterFirstChange: number | null;
  /** Changes by reason, as the SRO tells them; those that failed, were taken back or are not in force yet by that. */
  readonly reasons: Readonly<Record<string, number>>;
  /** What a change took at the actuator, ms. */
  readonly slowestChangeMs: number | null;
  /** Step by step: R_99 in ms, null where there is none, and the flavor that the kernel had. */
  readonly kpi: readonly (number | null)[];
  readonly flavors: readonly number[];
}

export interface JudgedRun extends ObservedSteps {
  readonly changes: readonly Change[];
}

export interface JudgeOptions {
  readonly stepMs: number;
  readonly slice: Pick<SliceDefinition, 'flavors' | 'sla'>;
  readonly cycleSeconds: number;
  /** Scaled with the cycle. */
  readonly needSeconds: number;
  /** The runs under one flavor alone, by its id. */
  readonly alone: ReadonlyMap<number, ObservedSteps>;
}

/**
 * The KPI that counts is the run's own, at every step. What would have been under a flavor that was
 * left is what the run with that flavor alone felt at the same step of the load; only lead times use it.
 */
export function judgeRun(run: JudgedRun, options: JudgeOptions): PolicyOutcome {
  const { slice, alone, needSeconds, cycleSeconds, stepMs } = options;
  const seconds = (steps: number) => (steps * stepMs) / 1000;
  const tracks = slice.flavors.map(({ id }) => {
    const kpi = run.kpi.map((own, index) =>
      run.flavors[index] === id ? own : (alone.get(id)?.kpi[index] ?? Number.NaN),
    );
    return [id, { columns: [], kpi }] as const;
  });
  const recording = { stepMs, at: run.at, features: [], tracks: new Map(tracks) };
  const span = { from: 0, to: run.at.length };
  const judged = outcomeOf(recording, slice, { span, flavors: run.flavors, needSeconds });
  const { estimatedViolationSeconds: _none, ...outcome } = judged;
  const first = run.flavors.findIndex((flavor, k) => k > 0 && flavor !== run.flavors[k - 1]);
  const durations = run.changes.flatMap(({ durationMs }) => durationMs ?? []);
  return {
    ...outcome,
    seconds: seconds(run.at.length),
    cyclesAfterFirstChange: first < 0 ? null : seconds(run.at.length - first) / cycleSeconds,
    reasons: countReasons(run.changes),
    kpi: Array.from(run.kpi, (value) => (Number.isFinite(value) ? value : null)),
    flavors: run.flavors,
    slowestChangeMs: durations.length === 0 ? null : Math.max(...durations),
  };
}

function countReasons(changes: readonly Change[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, reason } of changes) {
    const name = ['applied', 'verifying', 'verified'].includes(status) ? reason : status;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
