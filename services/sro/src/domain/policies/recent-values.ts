import { EpochMs } from '@slicecast/contracts';
import { type Static, Type } from 'typebox';

/** More values than this are never kept: a rule's memory travels in every decision. */
const MOST = 600;

/** Values with their instants, ascending. */
export const RecentValues = Type.Object({
  at: Type.Array(EpochMs),
  values: Type.Array(Type.Number()),
});
export type RecentValues = Static<typeof RecentValues>;

export const noValues: RecentValues = { at: [], values: [] };

/** With one more value, and without those that are not younger than `spanMs`. */
export function withValue(
  past: RecentValues,
  { at, value, spanMs }: { readonly at: number; readonly value: number; readonly spanMs: number },
): RecentValues {
  return {
    at: [...cut(past, at, spanMs).at, at],
    values: [...cut(past, at, spanMs).values, value],
  };
}

/**
 * The same for the highest value alone: a value that is not above a later one can never be the highest
 * again, so it is not kept. The first is the highest of the span.
 */
export function withHighest(
  past: RecentValues,
  { at, value, spanMs }: { readonly at: number; readonly value: number; readonly spanMs: number },
): RecentValues {
  const young = cut(past, at, spanMs);
  const beaten = young.values.findIndex((each) => each <= value);
  const end = beaten < 0 ? young.values.length : beaten;
  return { at: [...young.at.slice(0, end), at], values: [...young.values.slice(0, end), value] };
}

export function meanOf({ values }: RecentValues): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function cut(past: RecentValues, at: number, spanMs: number): RecentValues {
  const young = past.at.findIndex((each) => each > at - spanMs);
  const first = young < 0 ? past.at.length : Math.max(young, past.at.length - MOST + 1);
  return { at: past.at.slice(first), values: past.values.slice(first) };
}
