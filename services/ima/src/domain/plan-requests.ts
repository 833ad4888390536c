/** One question of the first pass: every series of these metrics, so many instants at a time. */
export interface PlannedRequest {
  readonly names: readonly string[];
  readonly pointsPerRequest: number;
}

/** Prometheus refuses more instants per series in one range query. */
const mostPoints = 11_000;
/** A longer alternation of names costs the source more than another question. */
const mostNames = 50;

/**
 * Puts metrics together so that no answer holds more than `maxSamples` samples; a metric that alone
 * would pass it is asked for in shorter runs of instants.
 */
export function planRequests(
  seriesByName: ReadonlyMap<string, number>,
  points: number,
  maxSamples: number,
): readonly PlannedRequest[] {
  const planned: PlannedRequest[] = [];
  const pointsPerRequest = Math.min(points, mostPoints);
  let names: string[] = [];
  let samples = 0;
  const close = () => {
    if (names.length > 0) planned.push({ names, pointsPerRequest });
    names = [];
    samples = 0;
  };
  for (const [name, series] of seriesByName) {
    const wanted = series * pointsPerRequest;
    if (wanted > maxSamples) {
      const fitting = Math.max(1, Math.floor(maxSamples / series));
      planned.push({ names: [name], pointsPerRequest: fitting });
      continue;
    }
    if (samples + wanted > maxSamples || names.length === mostNames) close();
    names.push(name);
    samples += wanted;
  }
  close();
  return planned;
}
