import { type Column, duplicateCorrelation, similarity } from './column.ts';
import { aloneRule, isGain } from './gain.ts';
import type { JudgedColumn } from './judge-columns.ts';
import { ownDrift } from './own-drift.ts';
import type { PairedRows } from './paired-rows.ts';

/** A column that goes beyond what the KPI needs; it carries the load should an exporter die. */
export interface StandIn {
  readonly column: Column;
  /** The chosen column that it duplicates; absent for one that carries the same load more roughly. */
  readonly standsInFor?: Column;
}

/** What carries the load roughly takes at least this share of what the best takes off the error alone, */
const roughGainShare = 0.5;
/** and is close to a chosen column, */
const closeCorrelation = 0.9;
/** or related to it and apart from it by noise alone. */
const relatedCorrelation = 0.5;
const mostOwnDrift = 0.25;

interface Likeness extends JudgedColumn {
  /** The chosen column that it is most like. */
  readonly to: Column;
  readonly correlation: number;
}

/**
 * What there is to fill a K up with, best first: the duplicates of the chosen in turn, so that each
 * gets one before any gets two; then the rough ones. Noise is never among them. O(columns · chosen · rows).
 */
export function standInsFor(
  chosen: readonly Column[],
  judged: readonly JudgedColumn[],
  pairs: PairedRows,
): readonly StandIn[] {
  const best = Math.max(0, ...judged.map(({ alone }) => alone.mean));
  const others = judged
    .filter(({ column }) => !chosen.includes(column))
    .flatMap((one) => likenessOf(one, chosen))
    .sort((a, b) => b.correlation - a.correlation);
  const duplicates = chosen.map((column) =>
    others.filter(({ to, correlation }) => to === column && correlation > duplicateCorrelation),
  );
  const rough = others.filter(
    (one) =>
      one.correlation <= duplicateCorrelation &&
      one.alone.mean >= roughGainShare * best &&
      isGain(one.alone, aloneRule) &&
      carriesTheSame(one, pairs),
  );
  return [
    ...inTurn(duplicates).map(({ column, to }) => ({ column, standsInFor: to })),
    ...rough.map(({ column }) => ({ column })),
  ];
}

function likenessOf(one: JudgedColumn, chosen: readonly Column[]): readonly Likeness[] {
  return chosen
    .map((to) => ({ ...one, to, correlation: similarity(one.column, to) }))
    .sort((a, b) => b.correlation - a.correlation)
    .slice(0, 1);
}

function carriesTheSame({ column, to, correlation }: Likeness, pairs: PairedRows): boolean {
  if (correlation >= closeCorrelation) return true;
  return correlation >= relatedCorrelation && ownDrift(column, to, pairs) <= mostOwnDrift;
}

/** The first of each list, then the second of each, … */
function inTurn<Item>(lists: readonly (readonly Item[])[]): readonly Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}
