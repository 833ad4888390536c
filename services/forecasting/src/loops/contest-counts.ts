import type { Metrics } from '@slicecast/platform';
import type { ContestScore } from '../domain/contest/contest-watch.ts';
import type { FlavorContest } from '../domain/slice-forecaster.ts';

type Standing = Pick<FlavorContest, 'flavorId' | 'mode' | 'driftingSince' | 'gated'>;

/** What contests between champions and challengers came to, for `/metrics`. */
export interface ContestCounts {
  contested(sliceId: number, score: ContestScore): void;
  /** Where a contest stands. */
  drift(sliceId: number, contest: Standing): void;
  forget(sliceId: number): void;
}

export function createContestCounts(metrics: Metrics): ContestCounts {
  const labels = ['slice', 'mode', 'model'];
  const ticks = metrics.counter(
    'slicecast_forecasting_contest_ticks_total',
    'Ticks on which champion and challengers were scored side by side',
    labels,
  );
  const errors = metrics.counter(
    'slicecast_forecasting_contest_absolute_error_total',
    "Absolute errors on those ticks in the KPI's unit, summed; over the ticks: the MAE",
    labels,
  );
  const drifting = metrics.gauge(
    'slicecast_forecasting_drifting',
    'Whether the champion drifts: 1, and 2 when nothing beats the baselines either',
    ['slice', 'flavor', 'mode'],
  );
  /** What was counted of a slice, so that it can be taken back. */
  const counted = new Map<number, Map<string, { mode: string; model: string }>>();
  const turned = new Map<number, Map<string, { flavor: string; mode: string }>>();
  return {
    contested(sliceId, { mode, model, error }) {
      const slice = String(sliceId);
      ticks.inc({ slice, mode, model });
      errors.inc({ slice, mode, model }, error);
      remember(counted, sliceId, `${mode} ${model}`, { mode, model });
    },
    drift(sliceId, { flavorId, mode, driftingSince, gated }) {
      const flavor = String(flavorId);
      drifting.set({ slice: String(sliceId), flavor, mode }, levelOf(driftingSince, gated));
      remember(turned, sliceId, `${mode} ${flavor}`, { flavor, mode });
    },
    forget(sliceId) {
      const slice = String(sliceId);
      for (const own of counted.get(sliceId)?.values() ?? []) {
        ticks.remove({ slice, ...own });
        errors.remove({ slice, ...own });
      }
      for (const own of turned.get(sliceId)?.values() ?? []) drifting.remove({ slice, ...own });
      counted.delete(sliceId);
      turned.delete(sliceId);
    },
  };
}

function levelOf(since: number | null, gated: boolean): number {
  if (since === null) return 0;
  return gated ? 1 : 2;
}

function remember<T>(
  known: Map<number, Map<string, T>>,
  sliceId: number,
  key: string,
  labels: T,
): void {
  const own = known.get(sliceId) ?? new Map<string, T>();
  own.set(key, labels);
  known.set(sliceId, own);
}
