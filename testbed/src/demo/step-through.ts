import {
  type ChangeStatus,
  isOpen,
  type SliceDecision,
  type SliceForecast,
  topics,
} from '@slicecast/contracts';
import { CallFailed, call, follow } from './call-api.ts';
import type { Suite } from './start-suite.ts';

/** One second of the live part: what was forecast, decided, and seen. */
export interface Tick {
  readonly second: number;
  readonly forecast: SliceForecast;
  readonly decision: SliceDecision;
  /** The flavor whose trace was seen at that second. */
  readonly flavorInForce: number;
}

export interface StepOptions {
  /** Epoch seconds, both included. */
  readonly from: number;
  readonly to: number;
  tell(tick: Tick, done: number, of: number): void;
}

const patienceMs = 20_000;

/**
 * Steps the one clock second by second: the recording's, the services'. It does not pass T before the
 * decision of T is recorded and a change that it asked for has been carried out.
 */
export async function stepThrough(suite: Suite, options: StepOptions): Promise<readonly Tick[]> {
  const { clock, log, prometheus } = suite;
  const forecasts = new Map<number, SliceForecast>();
  const decisions = await awaitDecisions(suite);
  const following = await log.subscribe({
    group: 'demo-forecasts',
    topic: topics.sliceForecasts,
    async onBatch(records) {
      for (const { value } of records) forecasts.set(value.at, value);
    },
  });
  await feedRuns(suite);
  const ticks: Tick[] = [];
  try {
    for (let second = options.from; second <= options.to; second += 1) {
      clock.advanceTo(second * 1000);
      const decision = await decisions.of(second * 1000);
      if (decision.action === 'change') await carriedOut(suite);
      const forecast = await follow(
        async () => forecasts.get(second * 1000),
        (found) => found !== undefined,
        { timeoutMs: patienceMs, pauseMs: 1 },
      );
      if (forecast === undefined) throw new CallFailed(`no forecast of second ${second}`);
      const flavorInForce = prometheus.recording.timeline.flavorAt(second);
      const tick = { second, forecast, decision, flavorInForce };
      ticks.push(tick);
      options.tell(tick, second - options.from + 1, options.to - options.from + 1);
    }
  } finally {
    await decisions.close();
    await following.close();
  }
  return ticks;
}

async function awaitDecisions(suite: Suite) {
  const made = new Map<number, SliceDecision>();
  const waiting = new Map<number, (decision: SliceDecision) => void>();
  const subscription = await suite.log.subscribe({
    group: 'demo-decisions',
    topic: topics.sliceDecisions,
    async onBatch(records) {
      for (const { value } of records) {
        const waiter = waiting.get(value.at);
        waiting.delete(value.at);
        if (waiter === undefined) made.set(value.at, value);
        else waiter(value);
      }
    },
  });
  return {
    async of(at: number): Promise<SliceDecision> {
      const known = made.get(at);
      made.delete(at);
      if (known !== undefined) return known;
      const came = new Promise<SliceDecision>((resolve) => waiting.set(at, resolve));
      return orComplain(came, suite, at);
    },
    close: () => subscription.close(),
  };
}

/** Says what the services say of themselves when a decision does not come. */
async function orComplain<T>(came: Promise<T>, suite: Suite, at: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, patienceMs, 'late');
  });
  const first = await Promise.race([came, late]);
  clearTimeout(timer);
  if (first !== 'late') return first;
  const status = await call('GET', `${suite.urls.sro}/api/v1/slices/1`);
  throw new CallFailed(
    `no decision for ${new Date(at).toISOString()} within ${patienceMs / 1000} s; the slice says: ${JSON.stringify(status)}`,
  );
}

/** The first row is that of the tick after the feed began: the clock must not step before. */
async function feedRuns(suite: Suite): Promise<void> {
  const ask = async () =>
    (await call('GET', `${suite.urls.ima}/api/v1/slices/1/feed`)) as { running: boolean };
  await follow(ask, ({ running }) => running, { timeoutMs: patienceMs, pauseMs: 20 });
}

interface Change {
  readonly status: ChangeStatus;
  readonly error?: unknown;
}

/** Waits until the change that was asked for has ended; one that failed ends the demo with its reason. */
async function carriedOut(suite: Suite): Promise<void> {
  const { items } = await follow(
    async () =>
      (await call('GET', `${suite.urls.sro}/api/v1/slices/1/changes?limit=1`)) as {
        items: readonly Change[];
      },
    ({ items }) => !items.some(isOpen),
    { timeoutMs: patienceMs, pauseMs: 20 },
  );
  const [change] = items;
  if (change?.status === 'failed') {
    throw new CallFailed(`a change failed: ${JSON.stringify(change)}`);
  }
}
