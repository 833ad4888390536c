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
 * Who forecasts while the champion drifts: the candidate that does best live and whether it beats the
 * baselines, by noticeable shares. `mustBeatPersistence`: false where the champion did not do so in training
 * either.
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
  const toBeat = Math.min(
    mustBeatPersistence ? 1 : Number.POSITIVE_INFINITY,
    ...bars.filter(Number.isFinite),
  );
  return { index, skilled: best < (present.skilled ? 1 : noticeableRatio) * toBeat };
}
