/** An answer as it is sent. */
export interface RecentAnswer {
  readonly etag: string;
  /** JSON. */
  readonly text: string;
}

/**
 * Answers that many ask for again and again and that cost others' work: each is made once in a while, and those who ask
 * in between share it. A failure is shared by those who wait for it, and not kept.
 */
export class RecentAnswers {
  readonly #keepMs: number;
  readonly #mostKept: number;
  readonly #kept = new Map<string, { until: number; answer: Promise<RecentAnswer> }>();

  constructor({ keepMs, mostKept }: { keepMs: number; mostKept: number }) {
    this.#keepMs = keepMs;
    this.#mostKept = mostKept;
  }

  of(key: string, make: () => Promise<RecentAnswer>): Promise<RecentAnswer> {
    const now = performance.now();
    const known = this.#kept.get(key);
    if (known !== undefined && known.until > now) return known.answer;
    const answer = make();
    if (this.#kept.size >= this.#mostKept) this.#kept.clear();
    const kept = { until: now + this.#keepMs, answer };
    this.#kept.set(key, kept);
    answer.catch(() => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    });
    return answer;
  }

  /** Something was changed that an answer may tell of. */
  forget(): void {
    this.#kept.clear();
  }
}
