import { setImmediate as turn } from 'node:timers/promises';

/**
 * Answers questions in rounds, one at a time: what is asked in one turn of the event loop, or while a round is under
 * way, goes into the next round together. `answer` resolves when all of them have what they asked for; when it
 * rejects, so do they.
 */
export class Rounds<Question> {
  readonly #answer: (questions: readonly Question[]) => Promise<void>;
  #waiting: Question[] = [];
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(answer: (questions: readonly Question[]) => Promise<void>) {
    this.#answer = answer;
  }

  /** Resolves when the question's round is over. */
  ask(question: Question): Promise<void> {
    this.#waiting.push(question);
    this.#next ??= this.#after(this.#last);
    return this.#next;
  }

  #after(last: Promise<void>): Promise<void> {
    const round = Promise.allSettled([last, turn()]).then(() => {
      const questions = this.#waiting;
      this.#waiting = [];
      this.#next = undefined;
      return this.#answer(questions);
    });
    this.#last = round;
    return round;
  }
}
