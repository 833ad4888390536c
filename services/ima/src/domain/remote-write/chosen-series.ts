import { compareCodePoints, type Labels, seriesHash } from '@slicecast/contracts';
import { MalformedWrite } from './wire.ts';

export interface ChosenSeries {
  readonly hash: string;
  readonly labels: Labels;
}

/** A label set's spelling is remembered; past so many all are forgotten, and read again as they come. */
const mostRemembered = 200_000;

/**
 * Tells of a written series whether a slice has selected it. Each spelling of a label set is decoded and hashed
 * once: nearly all that a Prometheus writes is not selected, and is known by its spelling alone.
 */
export class SeriesChooser {
  readonly #isSelected: (hash: string) => boolean;
  readonly #known = new Map<string, ChosenSeries | null>();

  constructor(isSelected: (hash: string) => boolean) {
    this.#isSelected = isSelected;
  }

  /** What is selected has changed. */
  forget(): void {
    this.#known.clear();
  }

  /** null: not selected. MalformedWrite for labels that no series can have. */
  choose(
    spelling: string,
    decode: () => readonly (readonly [string, string])[],
  ): ChosenSeries | null {
    const known = this.#known.get(spelling);
    if (known !== undefined) return known;
    const labels = labelsOf(decode());
    const hash = seriesHash(labels);
    const chosen = this.#isSelected(hash) ? { hash, labels } : null;
    if (this.#known.size >= mostRemembered) this.#known.clear();
    this.#known.set(spelling, chosen);
    return chosen;
  }
}

/** Remote write asks for label names sorted by their bytes, each once, and for no empty name or value. */
function labelsOf(pairs: readonly (readonly [string, string])[]): Labels {
  let before = '';
  for (const [name, value] of pairs) {
    if (name === '') throw new MalformedWrite('a label has no name');
    if (name === before) throw new MalformedWrite(`label ${name} is there twice`);
    if (compareCodePoints(name, before) < 0) {
      throw new MalformedWrite(`label ${name} comes after ${before}: sort them`);
    }
    if (value === '') throw new MalformedWrite(`label ${name} has no value: leave it out`);
    before = name;
  }
  return Object.fromEntries(pairs);
}
