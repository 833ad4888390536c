import { asColumns, fromBucket, fromSlice, lines, perWindow, seriesBy } from './from-bucket.ts';

/** What is left of the horizon when a hop's message could be read; of a decision, less the time of a change. */
export const leadPerHop = lines(
  fromSlice('hop', ['lead_seconds']),
  seriesBy('hop'),
  perWindow('min'),
);

/** How long after its tick a hop's message could be read. */
export const delayPerHop = lines(
  fromSlice('hop', ['delay_seconds']),
  seriesBy('hop'),
  perWindow('max'),
);

/** Decisions by their reason. */
export const decisionsByReason = lines(
  fromSlice('decision', ['reason']),
  '  |> duplicate(column: "_value", as: "reason")',
  seriesBy('reason'),
  perWindow('count'),
);

/** Changes that were decided, newest first. */
export const decisions = lines(
  fromSlice('decision', ['text', 'reason', 'policy', 'mode', 'lead_time_seconds']),
  asColumns('origin'),
  '  |> group()',
  '  |> filter(fn: (r) => exists r.text)',
  '  |> keep(columns: ["_time", "text", "origin", "policy", "mode", "lead_time_seconds"])',
  '  |> sort(columns: ["_time"], desc: true)',
  '  |> limit(n: 100)',
);

/** Age of a topic's newest message when its point was acknowledged. */
export const recorderLag = lines(
  fromBucket('recorder', ['lag_seconds']),
  seriesBy('topic'),
  perWindow('max'),
);

/** Points by topic since the recorder was started. */
export const recorderPoints = lines(
  fromBucket('recorder', ['points']),
  seriesBy('instance', 'topic'),
  perWindow('last'),
);

/** Points that were not recorded since it was started, by reason. */
export const recorderDrops = lines(
  fromBucket('recorder_drops', ['points']),
  seriesBy('instance', 'reason'),
  perWindow('last'),
);
