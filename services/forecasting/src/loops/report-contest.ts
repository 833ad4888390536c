import type { SliceState } from '@slicecast/contracts';
import type { Logger } from '@slicecast/platform';
import type { Turn } from '../domain/contest/contest-watch.ts';
import type { SliceCounts } from './slice-counts.ts';
import type { Stepped } from './slice-run.ts';

/** Counts what came of a contest at one input, and says in the log where it took a turn. */
export function reportContest(
  { counts, logger }: { readonly counts: SliceCounts; readonly logger: Logger },
  { sliceId }: Pick<SliceState, 'sliceId'>,
  { scores, turns }: Pick<Stepped, 'scores' | 'turns'>,
): void {
  for (const score of scores) counts.contested(sliceId, score);
  for (const turn of turns) {
    counts.drift(sliceId, { ...turn, driftingSince: turn.since });
    const say = turn.since === null ? logger.info : logger.warn;
    say.call(logger, { sliceId, ...turn }, sentenceOf(turn));
  }
}

function sentenceOf({ since, inCharge, gated }: Turn): string {
  if (since === null) return `the champion is in charge again: it is as good as in training`;
  const acts = gated
    ? 'beats the baselines live'
    : 'nothing beats the baselines, so nothing acts on it';
  return `the champion drifts; ${inCharge} is in charge: ${acts}`;
}
