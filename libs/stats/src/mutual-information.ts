/**
 * Mutual information, in nats, of two variables that were put into classes: Σ p(a,b)·ln(p(a,b)/p(a)p(b))
 * from their counts. Rows with a class outside 0 … classes − 1 (missing, say) are left out. Counting
 * alone overstates it by about (classesA − 1)(classesB − 1)/2n. O(n + classesA · classesB).
 */
export function mutualInformation(
  a: Uint8Array,
  classesA: number,
  b: Uint8Array,
  classesB: number,
): number {
  const joint = new Float64Array(classesA * classesB);
  const ofA = new Float64Array(classesA);
  const ofB = new Float64Array(classesB);
  let rows = 0;
  for (let i = 0; i < a.length; i += 1) {
    const classA = a[i] as number;
    const classB = b[i] ?? classesB;
    if (classA >= classesA || classB >= classesB) continue;
    rows += 1;
    const at = classA * classesB + classB;
    joint[at] = (joint[at] as number) + 1;
    ofA[classA] = (ofA[classA] as number) + 1;
    ofB[classB] = (ofB[classB] as number) + 1;
  }
  let information = 0;
  joint.forEach((count, at) => {
    if (count === 0) return;
    const alone = (ofA[Math.floor(at / classesB)] as number) * (ofB[at % classesB] as number);
    information += (count / rows) * Math.log((count * rows) / alone);
  });
  return Math.max(0, information);
}
