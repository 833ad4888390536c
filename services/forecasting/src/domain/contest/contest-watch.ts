import type { Forecast } from '@slicecast/contracts';

/** Of a champion: what it goes by. */
export type ContestMode = Forecast['champion'];

/** Who forecasts for a mode of a flavor, after that changed. */
export interface Turn {
  readonly flavorId: number;
  readonly mode: ContestMode;
  /** Since when the champion drifts, epoch ms; null: it does not, or not any more. */
  readonly since: number | null;
  readonly inCharge: string;
  /** Whether something may act on its forecasts. */
  readonly gated: boolean;
}

/** How one forecast of a champion, a challenger or persistence turned out; absolute, in the KPI's unit. */
export interface ContestScore {
  readonly flavorId: number;
  readonly mode: ContestMode;
  readonly model: string;
  readonly error: number;
}

/** Told what goes on; nothing of what is forecast depends on it. */
export interface ContestWatch {
  scored(score: ContestScore): void;
  turned(turn: Turn): void;
  /** Read before and after the challengers' work. */
  elapsedMs(): number;
  challenged(ms: number): void;
}

export const unwatched: ContestWatch = {
  scored: () => undefined,
  turned: () => undefined,
  elapsedMs: () => 0,
  challenged: () => undefined,
};
