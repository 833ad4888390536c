import type { SeriesRecord } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import { afterEach, describe, expect, test } from 'vitest';
import type { Selector } from '../../src/ports.ts';
import { candidateOf, series } from '../fakes/candidates.ts';
import { encoded, post, type RunningService, startService } from '../fakes/start-service.ts';

const rows = series(3, (row) => 1e12 + 1000 * row);
const records: readonly SeriesRecord[] = [
  { role: 'clock', feature: null, values: rows },
  { role: 'kpi', feature: null, values: rows },
  { role: 'candidate', ...candidateOf('7726551a4b5861acf9598b03f676222f5d10656d', rows) },
];
const body = await encoded(records);
const emptyReport = {
  features: [],
  refusedCounts: {},
  refusals: [],
  errorByK: [],
  samplesPerSecond: 0,
  kpiSeries: [],
};

let running: RunningService | undefined;
afterEach(async () => {
  await running?.service.stop();
  running = undefined;
});

async function start(env: Record<string, string>, selector: Selector): Promise<RunningService> {
  running = await startService(env, selector);
  return running;
}

describe('selections at a time', () => {
  /** Selections that end when they are told to. */
  function heldSelector() {
    const started: { end: () => void; signal: AbortSignal }[] = [];
    let tell: () => void = () => undefined;
    const selector: Selector = {
      select(_task, signal) {
        return new Promise((resolve, reject) => {
          started.push({ end: () => resolve({ report: emptyReport }), signal });
          signal.addEventListener('abort', () =>
            reject(new AppError('gone', { status: 503, code: 'gone' })),
          );
          tell();
        });
      },
      close: async () => undefined,
    };
    const nextStart = () =>
      new Promise<void>((resolve) => {
        tell = resolve;
      });
    return { selector, started, nextStart };
  }

  test('beyond the bound get 503 and when to come again, and there is room again afterwards', async () => {
    const { selector, started, nextStart } = heldSelector();
    const service = await start({ FEATURE_SELECTION_CONCURRENCY: '1' }, selector);
    const starts = nextStart();
    const first = post(service, body);
    await starts;
    const second = await post(service, body);
    expect(second.status).toBe(503);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await second.json()).toMatchObject({ code: 'selections-full' });
    started[0]?.end();
    expect((await first).status).toBe(200);
    const again = nextStart();
    const third = post(service, body);
    await again;
    started[1]?.end();
    expect((await third).status).toBe(200);
  });

  test('end when nobody waits for the answer', async () => {
    const { selector, started, nextStart } = heldSelector();
    const service = await start({}, selector);
    const leaving = new AbortController();
    const starts = nextStart();
    const asked = post(service, body, undefined, {
      signal: leaving.signal,
    });
    await starts;
    const { signal } = started[0] ?? {};
    const ended = new Promise((resolve) => signal?.addEventListener('abort', resolve));
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await ended;
    expect(signal?.aborted).toBe(true);
  });
});
