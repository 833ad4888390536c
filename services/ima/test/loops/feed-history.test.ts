import { type SliceState, seriesHash, topics } from '@slicecast/contracts';
import { createMemoryLog, createSteppedClock, type Log } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { tickAtOrBefore, tickGrid } from '../../src/domain/ticks.ts';
import { createFeedHistory } from '../../src/loops/feed-history.ts';
import { slice } from '../fakes/start-test-ima.ts';

const now = 1_700_000_000_000;
const count = 50;
const sliceIds = Array.from({ length: count }, (_, index) => index + 1);

/** The log, and the topics that were read back from it. */
function countingLog() {
  const log = createMemoryLog();
  const reads: string[] = [];
  const counting: Log = {
    ...log,
    readByTime(options) {
      reads.push(options.topic.name);
      return log.readByTime(options);
    },
  };
  return { log: counting, reads, history: createFeedHistory(counting, createSteppedClock(now)) };
}

function state(sliceId: number): SliceState {
  return { ...slice, sliceId, stepMs: 1000, historySeconds: sliceId === 1 ? 10 : 240 };
}

function row(sliceId: number, at: number, kpi?: number) {
  const parts = { tenantId: 'default', epoch: 0, flavorInForce: 1, features: [], values: [] };
  const value = { ...parts, kind: 'row' as const, sliceId, at, sampledAt: [], states: [] };
  return { key: String(sliceId), at, value: kpi === undefined ? value : { ...value, kpi } };
}

function sentKpi(sliceId: number, at: number) {
  const value = { measurement: `kpi_${sliceId}`, values: [sliceId], time: String(at / 1000) };
  return { key: String(sliceId), at, value: { ...value, tags: {} } };
}

/** The ticks about the newest row of a slice, which is 20 s old and more; `later` in steps. */
function tick(sliceId: number, later: number): number {
  const newest = tickAtOrBefore(now - 19_000 - sliceId * 1000, tickGrid(sliceId, 1000));
  return newest + later * 1000;
}

test('feeds that begin together know where each of them goes on from one read of each topic', async () => {
  const { log, reads, history } = countingLog();
  await log.append(
    topics.sliceInputs,
    sliceIds.flatMap((id) => [row(id, tick(id, -1), 5), row(id, tick(id, 0))]),
  );
  await log.append(
    topics.clientMetrics,
    sliceIds.flatMap((id) => [sentKpi(id, tick(id, -1)), sentKpi(id, tick(id, 16))]),
  );
  const positions = await Promise.all(sliceIds.map((id) => history.position(state(id))));
  expect(positions.slice(1)).toEqual(
    sliceIds.slice(1).map((id) => ({
      lastTick: tick(id, 0),
      firstRow: tick(id, -1),
      kpiTicks: new Set([tick(id, -1)]),
      kpiSent: [{ sliceId: id, at: tick(id, 16), value: id }],
    })),
  );
  // Its own look-back is shorter than that of the others.
  expect(positions[0]).toMatchObject({ lastTick: now, firstRow: now + 1000, kpiTicks: new Set() });
  expect(reads.toSorted()).toEqual([topics.clientMetrics.name, topics.sliceInputs.name].toSorted());
});

test('feeds that begin together are offered what they look back to from one read of the samples', async () => {
  const { log, reads, history } = countingLog();
  const hashOf = (id: number) => seriesHash(labelsOf(id));
  const labelsOf = (id: number) => ({ __name__: 'node_load1', instance: `host-${id}` });
  await log.append(
    topics.selectedMetrics,
    sliceIds.flatMap((id) =>
      [now - 9000, now - 2000].map((at) => ({
        key: id % 2 === 0 ? hashOf(id) : '',
        at,
        value: {
          labels: labelsOf(id),
          name: 'node_load1',
          timestamp: new Date(at).toISOString(),
          value: String(id),
        },
      })),
    ),
  );
  const offered = new Map<number, number[]>();
  await Promise.all(
    sliceIds.map((id) =>
      history.samples({
        series: [hashOf(id)],
        fromMs: id === 7 ? now - 5000 : now - 10_000,
        offer: (hash, { at, value }) => {
          expect([hash, value]).toEqual([hashOf(id), id]);
          offered.set(id, [...(offered.get(id) ?? []), at]);
        },
      }),
    ),
  );
  expect(reads).toEqual([topics.selectedMetrics.name]);
  for (const id of sliceIds) {
    expect(offered.get(id)).toEqual(id === 7 ? [now - 2000] : [now - 9000, now - 2000]);
  }
});

test('a read that fails fails those that asked for it, and the next one stands for itself', async () => {
  const { log, history } = countingLog();
  const { readByTime } = log;
  Object.assign(log, {
    readByTime() {
      throw new Error('the log is away');
    },
  });
  const asked = [1, 2].map((id) => history.position(state(id)));
  for (const each of asked) await expect(each).rejects.toThrow('the log is away');
  Object.assign(log, { readByTime });
  expect(await history.position(state(1))).toMatchObject({ lastTick: now });
});
