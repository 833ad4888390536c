import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { afterAll, expect, test } from 'vitest';
import { serveRecordedPrometheus } from '../../src/recorded-prometheus/serve.ts';
import { describeOnOwnServer } from '../../src/servers/for-tests.ts';
import { writeOpenMetrics } from '../../src/servers/openmetrics.ts';
import { startPrometheus } from '../../src/servers/prometheus.ts';

const liveStartMs = 1_700_000_000_000;
let nowMs = liveStartMs;
const recorded = await serveRecordedPrometheus({ port: 0, liveStartMs, now: () => nowMs });
afterAll(() => recorded.close());

const start = recorded.recording.timeline.profiles.get(1)?.start ?? Number.NaN;
const end = start + 600;
// The recording goes on; what is compared is what both have.
nowMs = 1000 * (end - 1);

async function startWithHistory() {
  const folder = await mkdtemp(join(tmpdir(), 'slicecast-history-'));
  const history = join(folder, 'history.txt');
  await writeOpenMetrics(recorded.recording, { start, end }, history);
  const server = await startPrometheus({ history });
  await rm(folder, { recursive: true });
  return server;
}

await describeOnOwnServer(
  'a real Prometheus with the recorded history',
  startWithHistory,
  (real) => {
    const ask = async (server: string, path: string, parameters: Record<string, unknown>) => {
      const answer = await axios.get(`${server}/api/v1/${path}`, { params: parameters });
      return answer.data.data;
    };

    /** The same parameters asked of both; matrices as values by labels. */
    const both = async (path: string, parameters: Record<string, unknown>) =>
      Promise.all(
        [real.address, recorded.url].map(async (server) => {
          const { result } = await ask(server, path, parameters);
          return bySeries(result);
        }),
      );

    test('serves every series over a range as the recorded one does, from before its begin to past its end', async () => {
      const [served, expected] = await both('query_range', {
        query: '{__name__=~".+"}',
        // At half seconds: Prometheus 2 still takes a sample of exactly five minutes ago, 3 does not.
        start: start - 10.5,
        end: end + 310.5,
        step: 7,
      });
      expect(served?.size).toBe(231);
      expect(served).toEqual(expected);
    });

    test('serves the real times of samples', async () => {
      const [served, expected] = await both('query', {
        query: '{job="node"}[30s]',
        time: start + 100.5,
      });
      expect(served?.size).toBe(214);
      expect(served).toEqual(expected);
    });

    test('knows the same series by name and time', async () => {
      const parameters = { 'match[]': 'node_md_disks', start, end: end - 1 };
      const [served, expected] = await Promise.all(
        [real.address, recorded.url].map((server) => ask(server, 'series', parameters)),
      );
      expect(served).toHaveLength(15);
      expect(served).toEqual(expect.arrayContaining(expected));
    });
  },
);

type Matrix = readonly { metric: Record<string, string>; values: readonly [number, string][] }[];

/** As numbers: the two write the same value in different digits. */
function bySeries(result: Matrix): Map<string, readonly (readonly [number, number])[]> {
  return new Map(
    result.map(({ metric, values }) => [
      JSON.stringify(Object.entries(metric).sort()),
      values.map(([second, value]) => [second, Number(value)] as const),
    ]),
  );
}
