import { type SliceState, violates } from '@slicecast/contracts';
import { sortedQuantile } from '@slicecast/stats';
import { kpiUnder, type Recording } from '../recording/recording.ts';
import type { Span } from '../recording/span.ts';

export interface LeadTime {
  readonly shortest: number;
  readonly median: number;
}

/** A stretch that needs the dearer flavor: so much of so long a time would violate on the one that was left. */
const usualNeedSeconds = 15;
const needShare = 0.5;

/** What of a slice judges its outcome. */
export type JudgedSlice = Pick<SliceState, 'flavors' | 'sla'>;

/**
 * For each change to a dearer flavor: from the instant it was in force to the instant from which the
 * flavor that was left would have violated most of the time. Negative when it came too late.
 */
export function leadTimes(
  recording: Recording,
  slice: JudgedSlice,
  {
    span,
    flavors,
    needSeconds = usualNeedSeconds,
  }: { readonly span: Span; readonly flavors: readonly number[]; readonly needSeconds?: number },
): LeadTime | null {
  const price = (id: number) => slice.flavors.find((each) => each.id === id)?.pricePerHour ?? 0;
  const leads: number[] = [];
  const needs = new Map(
    slice.flavors.map(({ id }) => [id, needsOf(recording, slice, id, span, needSeconds)] as const),
  );
  flavors.forEach((flavorId, k) => {
    const left = flavors[k - 1];
    if (left === undefined || price(flavorId) <= price(left)) return;
    const index = span.from + k;
    const need = needs.get(left)?.find(({ to }) => to > index);
    if (need !== undefined) leads.push(((need.from - index) * recording.stepMs) / 1000);
  });
  if (leads.length === 0) return null;
  const sorted = Float64Array.from(leads).sort();
  return { shortest: sorted[0] ?? 0, median: sortedQuantile(sorted, 0.5) };
}

/** Stretches of the span in which the flavor violates most of the time. */
function needsOf(
  recording: Recording,
  slice: JudgedSlice,
  flavorId: number,
  span: Span,
  needSeconds: number,
): Span[] {
  const width = Math.max(1, Math.round((needSeconds * 1000) / recording.stepMs));
  const bad = (index: number) =>
    index < span.to && violates(slice.sla, kpiUnder(recording, flavorId, index)) ? 1 : 0;
  const needs: { from: number; to: number }[] = [];
  let sum = 0;
  for (let index = span.from; index < span.from + width - 1; index += 1) sum += bad(index);
  for (let index = span.from; index < span.to; index += 1) {
    sum += bad(index + width - 1);
    const last = needs.at(-1);
    if (sum > needShare * width) {
      if (last !== undefined && index <= last.to) last.to = index + width;
      else needs.push({ from: index, to: index + width });
    }
    sum -= bad(index);
  }
  return needs;
}
