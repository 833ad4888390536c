import type { Feature, Refusal, RefusalReason } from '@slicecast/contracts';

/** All are counted; so many are told. */
const mostTold = 1000;

/** Why candidates were not taken. */
export interface Refusals {
  add(feature: Feature, reason: RefusalReason, detail: string, of?: Feature): void;
  readonly counts: Readonly<Record<string, number>>;
  readonly told: Refusal[];
}

export function createRefusals(): Refusals {
  const counts: Record<string, number> = {};
  const told: Refusal[] = [];
  return {
    add({ series, labels }, reason, detail, of) {
      counts[reason] = (counts[reason] ?? 0) + 1;
      if (told.length >= mostTold) return;
      told.push({ series, labels, reason, detail, ...(of && { of: of.series }) });
    },
    counts,
    told,
  };
}
