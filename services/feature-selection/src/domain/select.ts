import type { Refusal, SelectedFeature, SelectionReport } from '@slicecast/contracts';
import type { Candidate, SelectionInput } from './candidate.ts';
import { groupDuplicates } from './duplicates.ts';
import { type ForwardStep, selectForward } from './forward.ts';
import { type HeldOut, prepareHeldOut, type ScaledColumn, scaleColumn } from './held-out.ts';
import { meritOf } from './informative.ts';
import { fRegression, information } from './scores.ts';
import { sortOut } from './sort-out.ts';
import { stabilityOf } from './stability.ts';

/** More than this never helped, and each one costs samples. */
const mostAutomatic = 8;
const mostRefusalsTold = 1000;

interface Ranked {
  readonly candidate: Candidate;
  readonly column: ScaledColumn;
  readonly gain: number;
}

/**
 * Chooses features: what cannot be one is sorted out, each of the rest is judged by itself on held-out
 * blocks, those that say the same are grouped, and forward selection goes over the best of each
 * group. A numeric K is filled up with stand-ins, then with what is informative but adds nothing.
 */
export function select(input: SelectionInput): SelectionReport {
  const { usable, refusals, kpiSeries } = sortOut(input);
  const heldOut = prepareHeldOut(input.kpi, input.horizonSteps);
  const { ranked, uninformative } = rank(usable, heldOut, input);
  const groups = groupDuplicates(ranked.map(({ column }) => column));
  const representatives = groups.flatMap(([best]) => ranked[best] ?? []);
  const most = input.k === 'auto' ? mostAutomatic : input.k;
  const steps = order(representatives, heldOut, input, most);
  const stability = stabilityOf(
    representatives.map(({ column }) => column),
    heldOut,
    input.seed,
  );
  const chosen = steps.map(({ column, gain }) => ({
    rank: groups[column]?.[0] ?? -1,
    group: column,
    score: gain,
  }));
  const filled = input.k === 'auto' ? chosen : fillUp(chosen, groups, ranked, input.k);
  const features = filled.flatMap(({ rank: index, group, score }): SelectedFeature[] => {
    const own = ranked[index];
    const best = ranked[groups[group]?.[0] ?? -1];
    if (own === undefined || best === undefined) return [];
    const standIn = own === best ? {} : { standInFor: best.candidate.feature.series };
    const feature = { ...own.candidate.feature, ...standIn };
    return [{ feature, score, stability: stability[group] ?? 0 }];
  });
  const left = refuseRest(ranked, groups, new Set(filled.map(({ rank: index }) => index)));
  return {
    features,
    ...toldOf([...refusals, ...uninformative, ...left]),
    errorByK: steps.map(({ error }) => error),
    samplesPerSecond: (features.length * 1000) / input.stepMs,
    kpiSeries,
  };
}

function rank(usable: readonly Candidate[], heldOut: HeldOut, { method, seed }: SelectionInput) {
  const ranked: Ranked[] = [];
  const uninformative: Refusal[] = [];
  for (const candidate of usable) {
    const column = scaleColumn(candidate.values, heldOut);
    const { gain, informative } = meritOf(column, heldOut, seed);
    if (informative || method === 'given') ranked.push({ candidate, column, gain });
    else {
      const { series, labels } = candidate.feature;
      const detail = `alone it takes ${(100 * gain).toFixed(1)} % off the error, no more than chance`;
      uninformative.push({ series, labels, reason: 'no-gain', detail });
    }
  }
  if (method !== 'given') {
    ranked.sort(
      (a, b) =>
        b.gain - a.gain || (a.candidate.feature.series < b.candidate.feature.series ? -1 : 1),
    );
  }
  return { ranked, uninformative };
}

/** The representatives in the order of the method; `errorByK` is meaningful for `forward`. */
function order(
  representatives: readonly Ranked[],
  heldOut: HeldOut,
  { method, seed }: SelectionInput,
  most: number,
): readonly ForwardStep[] {
  const columns = representatives.map(({ column }) => column);
  if (method === 'forward') return selectForward(columns, heldOut, most, seed);
  const gains = representatives.map(({ gain }) => gain);
  const score = { 'f-regression': fRegression, 'mutual-information': information }[
    method === 'given' ? 'f-regression' : method
  ];
  const scored = columns.map((column, index) => ({
    column: index,
    score: method === 'given' ? -index : score(column, heldOut),
  }));
  scored.sort((a, b) => b.score - a.score || a.column - b.column);
  return scored
    .slice(0, most)
    .map(({ column }) => ({ column, gain: gains[column] ?? 0, error: 1 - (gains[column] ?? 0) }));
}

interface Chosen {
  readonly rank: number;
  readonly group: number;
  readonly score: number;
}

/** Stand-ins for what was chosen first, then the rest of what is informative, in the order of merit. */
function fillUp(
  chosen: readonly Chosen[],
  groups: ReturnType<typeof groupDuplicates>,
  ranked: readonly Ranked[],
  k: number,
): readonly Chosen[] {
  const taken = new Set(chosen.map(({ group }) => group));
  const member = (group: number) => (index: number) => ({ rank: index, group, score: 0 });
  const standIns = chosen.flatMap(({ group }) => (groups[group] ?? []).slice(1).map(member(group)));
  const others = groups.flatMap((members, group) =>
    taken.has(group) ? [] : members.map(member(group)),
  );
  const gain = ({ rank: index }: Chosen) => ranked[index]?.gain ?? 0;
  others.sort((a, b) => gain(b) - gain(a));
  return [...chosen, ...standIns, ...others].slice(0, k);
}

function refuseRest(
  ranked: readonly Ranked[],
  groups: ReturnType<typeof groupDuplicates>,
  taken: ReadonlySet<number>,
): readonly Refusal[] {
  return groups.flatMap(([best, ...rest]) => {
    const leader = ranked[best]?.candidate.feature.series;
    return [best, ...rest].flatMap((index): Refusal[] => {
      const feature = ranked[index]?.candidate.feature;
      if (feature === undefined || taken.has(index)) return [];
      const { series, labels } = feature;
      if (index === best || leader === undefined) return [{ series, labels, reason: 'no-gain' }];
      return [{ series, labels, reason: 'duplicate', of: leader }];
    });
  });
}

function toldOf(refusals: readonly Refusal[]) {
  const refusedCounts: Record<string, number> = {};
  for (const { reason } of refusals) refusedCounts[reason] = (refusedCounts[reason] ?? 0) + 1;
  return { refusedCounts, refusals: refusals.slice(0, mostRefusalsTold) };
}
