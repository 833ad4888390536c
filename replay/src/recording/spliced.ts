import type { Recording } from './recording.ts';
import type { Span } from './span.ts';

/** The recording's ticks of `kept`, in that order, closed up to one clock from its first instant on. */
export function spliced(recording: Recording, kept: readonly Span[]): Recording {
  const take = (cells: Float64Array) => {
    const parts = kept.map(({ from, to }) => cells.subarray(from, to));
    const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      all.set(part, offset);
      offset += part.length;
    }
    return all;
  };
  const count = kept.reduce((sum, { from, to }) => sum + to - from, 0);
  const first = recording.at[0] ?? 0;
  return {
    ...recording,
    at: Array.from({ length: count }, (_, i) => first + i * recording.stepMs),
    tracks: new Map(
      [...recording.tracks].map(([flavorId, { columns, kpi }]) => [
        flavorId,
        { columns: columns.map(take), kpi: take(kpi) },
      ]),
    ),
  };
}
