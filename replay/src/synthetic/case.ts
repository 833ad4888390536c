/** What a case's load is, one value a second. */
export interface SyntheticLoad {
  /** What the service has to carry, as a share of what the small flavor can. */
  readonly work: Float64Array;
  /** What is measured of it, one column a series. */
  readonly seen: readonly Float64Array[];
}

/** A load of which its height alone does not tell whether the SLA will hold. */
export interface SyntheticCase {
  readonly name: string;
  /** What a threshold on the load cannot know of it. */
  readonly unknown: string;
  load(seed: number, seconds: number): SyntheticLoad;
}
