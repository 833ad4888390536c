/** Texts are numbered up to here; then all are forgotten, and numbered on as they come. */
const mostTexts = 200_000;

/** Numbers for texts that are the same in every request, where those of a request's own symbol table are not. */
export class SymbolIds {
  readonly #ids = new Map<string, number>();
  #next = 0;

  /** Of the bytes, as latin1: nothing is decoded. No number is ever given twice. */
  idOf(spelling: string): number {
    const known = this.#ids.get(spelling);
    if (known !== undefined) return known;
    if (this.#ids.size >= mostTexts) this.#ids.clear();
    const id = this.#next;
    this.#next += 1;
    this.#ids.set(spelling, id);
    return id;
  }
}
