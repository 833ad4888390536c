import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type SliceInput, topics } from '@slicecast/contracts';
import { createMemoryLog, type Log, openEmbeddedLog, silentLogger } from '@slicecast/platform';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  dyingLog,
  publishState,
  readTopic,
  startForecasting,
} from '../fakes/forecasting-process.ts';
import { until } from '../fakes/start-service.ts';
import { inputsOf, models, trained, trainedSlice } from '../fakes/trained-slices.ts';

/** No waiting before a batch is given again, but others get their turn. */
const pause = () => nextTurn();
const sliceIds = [1, 2];
const ticks = 320;
/** At this input flavor 2 of slice 1 gets another model. */
const promotedAt = 260;

/** Rows and late KPI of two slices, one of which changes its flavor, as they come in. */
const inputs: SliceInput[] = sliceIds
  .flatMap((sliceId) =>
    inputsOf({ sliceId, ticks, lateEvery: 4, ...(sliceId === 1 ? { changeAt: 180 } : {}) }),
  )
  .toSorted((a, b) => a.at - b.at);

const promoted = trainedSlice(1, {
  version: 2,
  trained: [trained(1, 'small'), trained(2, 'large-again')],
});

async function begin(log: Log): Promise<void> {
  for (const sliceId of sliceIds) await publishState(log, trainedSlice(sliceId));
}

function append(log: Log, part: readonly SliceInput[]): Promise<void> {
  const messages = part.map((value) => ({ key: String(value.sliceId), at: value.at, value }));
  return log.append(topics.sliceInputs, messages);
}

/** One life of the process: it takes inputs, part after part, until it is stopped or dies. */
async function live(
  log: Log,
  parts: readonly (readonly SliceInput[])[],
  options: { from: number; lastAppend?: number },
): Promise<void> {
  const mortal = dyingLog(log, options.lastAppend ?? Number.POSITIVE_INFINITY);
  let given = options.from;
  const running = await startForecasting(mortal, models);
  for (const part of parts) {
    if (given === promotedAt && part.length > 0) {
      await publishState(log, promoted);
      await until(async () => (running.slices.get(1)?.version === 2 ? true : undefined));
    }
    await append(log, part);
    given += part.length;
    const rows = inputs.slice(0, given).filter(({ kind }) => kind === 'row').length;
    await until(async () => {
      if (mortal.died) return true;
      const published = await readTopic(log, topics.sliceForecasts);
      return published.length >= rows ? true : undefined;
    });
  }
  await running.stop();
}

async function published(log: Log) {
  const forecasts = await readTopic(log, topics.sliceForecasts);
  const estimations = await readTopic(log, topics.slaEstimations);
  return {
    forecasts: sliceIds.map((id) =>
      forecasts.filter(({ sliceId }) => sliceId === id).map((message) => JSON.stringify(message)),
    ),
    // At least once: what was not yet in the record of forecasts comes again.
    estimations: new Set(estimations.map((message) => JSON.stringify(message))),
  };
}

/** Cuts [0, end) at the given places. */
function cutAt(places: readonly number[]): SliceInput[][] {
  const cuts = [...new Set([0, ...places, promotedAt, inputs.length])].toSorted((a, b) => a - b);
  return cuts.slice(1).map((end, k) => inputs.slice(cuts[k], end));
}

let uninterrupted: Awaited<ReturnType<typeof published>>;
beforeAll(async () => {
  const log = createMemoryLog({ pause });
  await begin(log);
  await live(log, cutAt([]), { from: 0 });
  uninterrupted = await published(log);
  await log.close();
});

const places = fc.array(fc.integer({ min: 1, max: inputs.length - 1 }), {
  minLength: 1,
  maxLength: 5,
});

describe('every message equals that of an uninterrupted run, byte for byte, and comes once,', () => {
  test('when the uninterrupted run forecast every row', () => {
    expect(uninterrupted.forecasts.map(({ length }) => length)).toEqual([ticks, ticks]);
    expect(uninterrupted.estimations.size).toBeGreaterThan(1.8 * ticks);
  });

  test('when the process is stopped and started again at any points', async () => {
    const property = fc.asyncProperty(places, async (stops) => {
      const log = createMemoryLog({ pause });
      await begin(log);
      let from = 0;
      for (const part of cutAt(stops)) {
        await live(log, [part], { from });
        from += part.length;
      }
      expect(await published(log)).toEqual(uninterrupted);
      await log.close();
    });
    await fc.assert(property, { numRuns: 8 });
  });

  test('when the process dies between any two of its writes', async () => {
    const property = fc.asyncProperty(
      places,
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 6 }),
      async (cuts, deaths) => {
        const log = createMemoryLog({ pause });
        await begin(log);
        let from = 0;
        for (const [k, part] of cutAt(cuts).entries()) {
          const lastAppend = deaths[k % deaths.length] ?? 0;
          await live(log, [part], { from, lastAppend });
          // What it left behind is taken up by its successor.
          await live(log, [[]], { from: from + part.length });
          from += part.length;
        }
        expect(await published(log)).toEqual(uninterrupted);
        await log.close();
      },
    );
    await fc.assert(property, { numRuns: 8 });
  });
});

describe('on the embedded log', () => {
  let directory: string | undefined;
  afterEach(async () => {
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  test('a run that is stopped, with its log, at random points gives the same messages', async () => {
    directory = await mkdtemp(join(tmpdir(), 'slicecast-restart-'));
    const open = (folder: string) =>
      openEmbeddedLog({ directory: folder, logger: silentLogger, pause });
    let log = await open(directory);
    await begin(log);
    let from = 0;
    for (const part of cutAt([37, 203, 411, 412, 600])) {
      await live(log, [part], { from, lastAppend: from === 203 ? 1 : Number.POSITIVE_INFINITY });
      await log.close();
      log = await open(directory);
      from += part.length;
      await live(log, [[]], { from });
    }
    expect(await published(log)).toEqual(uninterrupted);
    await log.close();
  });
});
