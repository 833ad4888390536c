import { type Column, duplicateCorrelation, similarity } from './column.ts';
import { aloneRule, besideRule, type Gain, isGain, isWithinNoise, summariseGain } from './gain.ts';
import { addColumn, gainsOf, type HeldOutModel } from './held-out-model.ts';
import type { JudgedColumn } from './judge-columns.ts';

interface Offer {
  readonly column: Column;
  readonly gain: Gain;
}

/**
 * Greedy forward selection on the held-out blocks: each step takes the column that takes most off the
 * error beside those taken, and prunes its duplicates; it ends where nothing gains beyond luck, or at `limit`.
 * `model` knows no column yet. O(steps · columns · blocks · pairs).
 */
export function selectForward(
  judged: readonly JudgedColumn[],
  model: HeldOutModel,
  limit: number,
): readonly Column[] {
  const chosen: Column[] = [];
  let known = model;
  let open = judged;
  while (chosen.length < limit) {
    const best = pickOffer(chosen.length === 0 ? offersAlone(open) : offersBeside(open, known));
    if (best === undefined) break;
    chosen.push(best);
    known = addColumn(known, best.classes);
    open = open.filter(
      ({ column }) => column !== best && similarity(column, best) <= duplicateCorrelation,
    );
  }
  return chosen;
}

function offersAlone(open: readonly JudgedColumn[]): readonly Offer[] {
  return open
    .map(({ column, alone }) => ({ column, gain: alone }))
    .filter(({ gain }) => isGain(gain, aloneRule));
}

function offersBeside(open: readonly JudgedColumn[], known: HeldOutModel): readonly Offer[] {
  return open
    .map(({ column }) => ({ column, gain: summariseGain(gainsOf(known, column.classes)) }))
    .filter(({ gain }) => isGain(gain, besideRule));
}

/** Company shows itself among so many of the best. */
const mostCompared = 100;
/** An offer is in company when it has at least this share of the duplicates that any other has. */
const companyShare = 0.5;

/**
 * The offer with the greatest gain; but where others equal it up to luck, one in company: what many
 * exporters see is the load, and has stand-ins, while a rhythm that happens to run with the load is alone.
 */
function pickOffer(offers: readonly Offer[]): Column | undefined {
  const sorted = offers.toSorted((a, b) => b.gain.mean - a.gain.mean).slice(0, mostCompared);
  const equals = sorted
    .filter(({ gain }, _, [best]) => best === undefined || isWithinNoise(best.gain, gain))
    .map(({ column }) => ({ column, company: companyOf(column, sorted) }));
  const most = Math.max(...equals.map(({ company }) => company));
  return equals.find(({ company }) => company >= companyShare * most)?.column;
}

function companyOf(column: Column, offers: readonly Offer[]): number {
  return offers.filter((other) => similarity(other.column, column) > duplicateCorrelation).length;
}
