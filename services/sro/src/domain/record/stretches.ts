/** A while during which two policies are on different flavors; epoch ms, from <= at <= to. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly presentFlavor: number;
  readonly proposedFlavor: number;
}

const most = 100;

/** Where two ways over a record differ: the first hundred stretches, and how many more there are. */
export class Stretches {
  readonly first: Stretch[] = [];
  #open: Stretch | null = null;
  #leftOut = 0;

  add(at: number, presentFlavor: number, proposedFlavor: number): void {
    const open = this.#open;
    if (presentFlavor === proposedFlavor) {
      this.#open = null;
      return;
    }
    const goesOn =
      open !== null &&
      open.presentFlavor === presentFlavor &&
      open.proposedFlavor === proposedFlavor;
    const stretch = { from: goesOn ? open.from : at, to: at, presentFlavor, proposedFlavor };
    const kept = goesOn && this.first.at(-1) === open;
    if (kept) this.first[this.first.length - 1] = stretch;
    else if (!goesOn && this.first.length < most) this.first.push(stretch);
    else if (!goesOn) this.#leftOut += 1;
    this.#open = stretch;
  }

  get leftOut(): number {
    return this.#leftOut;
  }
}
