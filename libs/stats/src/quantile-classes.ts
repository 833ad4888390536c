/**
 * Puts values into `classes` classes of equal size by their ranks (`averageRanks`; ties stay
 * together, so that classes may be empty): 0 … classes − 1, and `classes` for a missing one. At most
 * 255 classes. O(n).
 */
export function quantileClasses(ranks: ArrayLike<number>, classes: number): Uint8Array {
  let finite = 0;
  for (let i = 0; i < ranks.length; i += 1) if (Number.isFinite(ranks[i])) finite += 1;
  const found = new Uint8Array(ranks.length);
  for (let i = 0; i < found.length; i += 1) {
    const rank = ranks[i] as number;
    found[i] = Number.isFinite(rank)
      ? Math.min(classes - 1, Math.floor(((rank - 0.5) * classes) / finite))
      : classes;
  }
  return found;
}
