import type { Labels, Transform } from '@slicecast/contracts';
import { seriesKey } from './series-key.ts';

/** A series that the first pass found usable. */
export interface CoarseCandidate {
  readonly labels: Labels;
  readonly transform: Transform;
  readonly score: number;
  readonly fingerprint: string;
}

export interface RankedCandidates {
  /** What the second pass reads, best first. */
  readonly kept: readonly CoarseCandidate[];
  /** Duplicates for which there was no room, each with the series it duplicates. */
  readonly duplicates: readonly { readonly labels: Labels; readonly of: Labels }[];
  /** Originals for which there was no room, best first. */
  readonly cut: readonly CoarseCandidate[];
}

/**
 * Originals by score, then their duplicates in the order of their originals: a duplicate tells
 * nothing new but may stand in when its original's exporter dies, so it comes where there is room.
 * Ties go by labels, so that the order in which answers came does not matter.
 */
export function rankCandidates(
  candidates: readonly CoarseCandidate[],
  limits: { readonly maxCandidates: number; readonly maxDuplicates: number },
): RankedCandidates {
  const ranked = candidates
    .map((candidate) => ({ candidate, key: seriesKey(candidate.labels) }))
    .sort((a, b) => b.candidate.score - a.candidate.score || (a.key < b.key ? -1 : 1))
    .map(({ candidate }) => candidate);
  const originals = new Map<string, CoarseCandidate>();
  const repeated: { candidate: CoarseCandidate; of: CoarseCandidate }[] = [];
  for (const candidate of ranked) {
    const original = originals.get(candidate.fingerprint);
    if (original === undefined) originals.set(candidate.fingerprint, candidate);
    else repeated.push({ candidate, of: original });
  }
  const all = [...originals.values()];
  const kept = all.slice(0, limits.maxCandidates);
  const inPlay = new Set(kept);
  const room = Math.min(limits.maxDuplicates, limits.maxCandidates - kept.length);
  const standIns = repeated.filter(({ of }) => inPlay.has(of)).slice(0, room);
  const taken = new Set(standIns.map(({ candidate }) => candidate));
  return {
    kept: [...kept, ...standIns.map(({ candidate }) => candidate)],
    duplicates: repeated
      .filter(({ candidate }) => !taken.has(candidate))
      .map(({ candidate, of }) => ({ labels: candidate.labels, of: of.labels })),
    cut: all.slice(kept.length),
  };
}
