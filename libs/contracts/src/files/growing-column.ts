/** Numbers of which nobody knows how many will come; doubles its room as needed. */
export class GrowingColumn {
  #values = new Float64Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(2 * this.#values.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count] = value;
    this.#count += 1;
  }

  /** The values so far, without copying. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#count);
  }
}
