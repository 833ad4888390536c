/** An answer as it is sent. */
export interface RecentAnswer {
  readonly etag: string;
  /** JSON. */
  readonly text: string;
}

interface Kept {
  /** By the clock of `performance.now()`. */
  readonly until: number;
  readonly answer: Promise<RecentAnswer>;
  made?: RecentAnswer;
}

/**
 * Answers that many ask for again and again and that cost others' work: each is made once in a while, and those who ask
 * in between share it. A failure is shared by those who wait for it, and not kept.
 */
export class RecentAnswers {
  readonly #keepMs: number;
  readonly #mostKept: number;
  readonly #kept = new Map<string, Kept>();

  constructor({ keepMs, mostKept }: { keepMs: number; mostKept: number }) {
    this.#keepMs = keepMs;
    this.#mostKept = mostKept;
  }

  /** The answer that is kept, if it is made and not too old: without waiting for anything. */
  made(key: string): RecentAnswer | undefined {
    const known = this.#kept.get(key);
    return known !== undefined && known.until > performance.now() ? known.made : undefined;
  }

  of(key: string, make: () => Promise<RecentAnswer>): Promise<RecentAnswer> {
    const now = performance.now();
    const known = this.#kept.get(key);
    if (known !== undefined && known.until > now) return known.answer;
    const answer = make();
    if (this.#kept.size >= this.#mostKept) this.#kept.clear();
    const kept: Kept = { until: now + this.#keepMs, answer };
    this.#kept.set(key, kept);
    answer.then(
      (made) => {
        kept.made = made;
      },
      () => {
        if (this.#kept.get(key) === kept) this.#kept.delete(key);
      },
    );
    return answer;
  }

  /** Something was changed that an answer may tell of. */
  forget(): void {
    this.#kept.clear();
  }
}
