/** One of those that are scored live; errors over persistence's, NaN while not known. */
export interface Scored {
  readonly baseline: boolean;
  readonly ratio: number;
}

export interface InCharge {
  /** Of the candidate; 0 is the champion. */
  readonly index: number;
  /** Whether it beats the baselines live. */
  readonly skilled: boolean;
}

/** While nothing drifts. */
export const championInCharge: InCharge = { index: 0, skilled: true };

/** Less than this share makes no difference, so that nothing goes to and fro. */
const noticeableRatio = 0.97;

/**
 * Who forecasts while the champion drifts: the candidate that does best live, by a noticeable share. Skill is
 * lost when even the best does no better than persistence, and won back by beating every baseline: what is over
 * in some minutes need not stop anything. `mustBeatPersistence`: false where the champion did not do so in
 * training either; then the other baselines count.
 */
export function chooseInCharge(
  candidates: readonly Scored[],
  present: InCharge,
  mustBeatPersistence: boolean,
): InCharge {
  let { index } = present;
  let best = candidates[index]?.ratio ?? Number.NaN;
  candidates.forEach(({ baseline, ratio }, candidate) => {
    if (baseline || !Number.isFinite(ratio)) return;
    const limit = index === present.index ? noticeableRatio * best : best;
    if (Number.isFinite(best) && ratio >= limit) return;
    index = candidate;
    best = ratio;
  });
  const bars = candidates.flatMap(({ baseline, ratio }) => (baseline ? [ratio] : []));
  const baselines = Math.min(...bars.filter(Number.isFinite));
  const toKeep = mustBeatPersistence ? 1 : baselines;
  const toGain = noticeableRatio * Math.min(toKeep, baselines);
  return { index, skilled: best < (present.skilled ? toKeep : toGain) };
}
