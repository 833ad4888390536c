import { type Column, duplicateCorrelation, similarity } from './column.ts';
import { aloneRule, isGain } from './gain.ts';
import type { JudgedColumn } from './judge-columns.ts';

/** A column that goes beyond what the KPI needs; it carries the load should an exporter die. */
export interface StandIn {
  readonly column: Column;
  /** The chosen column that it duplicates; absent for one that carries the same load more roughly. */
  readonly standsInFor?: Column;
}

/** A rough copy of a chosen column has at least this |ρ| with it, and forecasts the KPI by itself, */
const roughCorrelation = 0.9;
/** taking at least this share of what the best alone takes off the error. */
const roughGainShare = 0.5;

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
    ({ alone, correlation }) =>
      correlation <= duplicateCorrelation &&
      correlation >= roughCorrelation &&
      alone.mean >= roughGainShare * best &&
      isGain(alone, aloneRule),
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

/** The first of each list, then the second of each, … */
function inTurn<Item>(lists: readonly (readonly Item[])[]): readonly Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}
