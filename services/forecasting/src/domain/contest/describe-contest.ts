import type { ChampionState } from '../champion-state.ts';
import type { ContestMode } from './contest-watch.ts';

/** Champion and challengers of one mode at work, as people read it; errors are in the KPI's unit. */
export interface ContestReport {
  readonly mode: ContestMode;
  readonly inCharge: string;
  readonly gated: boolean;
  /** Since when the champion drifts, epoch ms; null while it does not. */
  readonly driftingSince: number | null;
  readonly standings: readonly {
    readonly model: string;
    readonly role: 'champion' | 'challenger' | 'baseline';
    /** That the means are over, the newest weighing most. */
    readonly ticks: number;
    readonly mae: number;
    /** Of persistence on the same ticks. */
    readonly persistenceMae: number;
  }[];
}

/** Those that have been scored. */
export function describeContest(
  mode: ContestMode,
  state: ChampionState,
  stepMs: number,
): ContestReport {
  const { contest, gated } = state;
  const { driftingSince } = contest;
  return {
    mode,
    inCharge: contest.name,
    gated,
    driftingSince: driftingSince === null ? null : driftingSince * stepMs,
    standings: contest
      .standings()
      .filter(({ ticks }) => ticks > 0)
      .map(({ model, role, ticks, error, persistenceError }) => ({
        model,
        role,
        ticks: Math.round(ticks),
        mae: error / ticks,
        persistenceMae: persistenceError / ticks,
      })),
  };
}
