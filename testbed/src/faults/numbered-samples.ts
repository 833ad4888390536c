import { setTimeout as pause } from 'node:timers/promises';

/** Sends numbered samples of a slice's KPI until stopped, each again until it is acknowledged. */
export interface NumberedSamples {
  /** Resolves to how many were acknowledged: 1, 2, … up to that number. */
  stop(): Promise<number>;
}

const periodMs = 100;
const timeoutMs = 5000;

/** `urls`: of the replicas that take them, the next one when one does not answer. */
export function sendNumberedSamples(urls: readonly string[], sliceId: number): NumberedSamples {
  const begun = Date.now();
  let stopped = false;
  let acknowledged = 0;

  async function send(number: number, attempt: number): Promise<boolean> {
    const samples = [{ at: begun + number * periodMs, value: number }];
    const url = `${urls[attempt % urls.length]}/api/v1/slices/${sliceId}/kpi`;
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ samples }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return answer.status === 202;
    } catch {
      return false;
    }
  }

  async function run(): Promise<void> {
    for (let number = 1; !stopped; number += 1) {
      for (let attempt = 0; !(await send(number, attempt)); attempt += 1) await pause(periodMs);
      acknowledged = number;
      await pause(Math.max(0, begun + number * periodMs - Date.now()));
    }
  }

  const running = run();
  return {
    async stop() {
      stopped = true;
      await running;
      return acknowledged;
    },
  };
}
