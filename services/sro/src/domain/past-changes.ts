import type { ChangeFact, ChangeOrigin, Reason, SliceDecision } from '@slicecast/contracts';

/** Past changes older than this count for no limit; reverted ones count for a day. */
const historyMs = 3_600_000;
const revertedMs = 25 * historyMs;

/** For runs without a database: what it would know of a run's changes at an instant. */
export function knownAt(facts: readonly ChangeFact[], at: number): ChangeFact[] {
  return facts.filter(
    (fact) => fact.at > at - (fact.status === 'reverted' ? revertedMs : historyMs),
  );
}

/** After a decision: the change that it asks for, and what it did to the one before. */
export function factsAfter(
  facts: readonly ChangeFact[],
  decision: SliceDecision,
): readonly ChangeFact[] {
  const { id, at, action, reason, epoch, fromFlavor, toFlavor, verification } = decision;
  const known = facts.map((fact): ChangeFact => {
    if (verification === undefined || fact.id !== verification.changeId) return fact;
    const { status, verdict } = verification;
    return { ...fact, status, verdict, endedAt: status === 'verified' ? at : null };
  });
  if (action === 'keep') return known;
  const origin = originOf(reason);
  const left = origin === 'revert' ? known : known.map((fact) => overtaken(fact, at));
  const asked = { id, at, origin, epoch, fromFlavor, toFlavor } as const;
  return [...left, { ...asked, status: 'applying', settledAt: null }];
}

/** When the flavor that was asked for is in force; by a revert, the change before it is taken back. */
export function factsInForce(facts: readonly ChangeFact[], at: number): readonly ChangeFact[] {
  const isRevert = facts.some(({ status, origin }) => status === 'applying' && origin === 'revert');
  return facts.map((fact): ChangeFact => {
    if (fact.status === 'applying') return { ...fact, status: 'applied', settledAt: at };
    const isTakenBack = isRevert && fact.status === 'verifying' && fact.verdict === 'worse';
    return isTakenBack ? { ...fact, status: 'reverted', endedAt: at } : fact;
  });
}

/** When the flavor that was asked for could not be applied; by a revert, the change before it stands. */
export function factsFailed(facts: readonly ChangeFact[], at: number): readonly ChangeFact[] {
  return facts.map((fact): ChangeFact => {
    if (fact.status === 'applying') return { ...fact, status: 'failed', settledAt: at };
    const stands = fact.status === 'verifying' && fact.verdict === 'worse';
    return stands ? { ...fact, status: 'failed', endedAt: at } : fact;
  });
}

function originOf(reason: Reason): ChangeOrigin {
  if (reason === 'worse-than-forecast') return 'revert';
  return reason === 'silence-fallback' ? 'silence' : 'decision';
}

function overtaken(fact: ChangeFact, at: number): ChangeFact {
  if (fact.status !== 'applied' && fact.status !== 'verifying') return fact;
  return { ...fact, status: 'verified', verdict: 'overtaken', endedAt: at };
}
