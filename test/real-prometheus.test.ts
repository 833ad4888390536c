import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, Profile } from '@slicecast/contracts';
import { createMemoryLog, loadEnvironment, silentLogger } from '@slicecast/platform';
import { expect, test } from 'vitest';
import {
  createFeatureSelection,
  FeatureSelectionConfig,
} from '../services/feature-selection/src/app.ts';
import { startFakeReceiver } from '../services/ima/test/fakes/fake-receiver.ts';
import { publish, slice, startTestIma } from '../services/ima/test/fakes/start-test-ima.ts';
import { hosts } from '../testbed/src/recorded-prometheus/recorded-labels.ts';
import { serveRecordedPrometheus } from '../testbed/src/recorded-prometheus/serve.ts';
import { describeOnOwnServer } from '../testbed/src/servers/for-tests.ts';
import { writeOpenMetrics } from '../testbed/src/servers/openmetrics.ts';
import { startPrometheus } from '../testbed/src/servers/prometheus.ts';
import type { ServerProcess } from '../testbed/src/servers/server-process.ts';
import { startVictoriaMetrics } from '../testbed/src/servers/victoria-metrics.ts';

/** The same extraction and selection from the recorded Prometheus and from real ones that hold its history. */
const liveStartMs = 1_700_000_000_000;
const recorded = await serveRecordedPrometheus({ port: 0, liveStartMs, now: () => liveStartMs });
const end = recorded.recording.timeline.profiles.get(1)?.end ?? Number.NaN;
const start = end - 1800;

async function startWithHistory(startServer: (history: string) => Promise<ServerProcess>) {
  const folder = await mkdtemp(join(tmpdir(), 'slicecast-history-'));
  const history = join(folder, 'history.txt');
  // From before the profile: IMA asks for what its windows need.
  await writeOpenMetrics(recorded.recording, { start: start - 900, end }, history);
  const server = await startServer(history);
  await rm(folder, { recursive: true });
  return server;
}

/** What IMA and feature selection make of the profile's range on that server. */
async function profileFrom(prometheusUrl: string): Promise<Profile> {
  const selection = createFeatureSelection({
    config: loadEnvironment(FeatureSelectionConfig, { FEATURE_SELECTION_PORT: '0' }),
    logger: silentLogger,
  });
  const receiver = await startFakeReceiver();
  const log = createMemoryLog();
  await publish(log, { ...slice, hosts });
  const ima = await startTestIma({ prometheusUrl, selectionUrl: await selection.start(), log });
  const answer = await fetch(`${ima.url}/api/v1/slices/1/extractions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      kpiQuery: 'client_read_latency_p99_milliseconds',
      start: 1000 * start,
      end: 1000 * (end - 1),
      k: 5,
      callbackUrl: receiver.url,
      flavorId: 1,
    }),
  });
  expect(answer.status).toBe(202);
  const { job } = (await answer.json()) as { job: Job };
  const { files, json } = await receiver.delivery(job.id);
  expect(json).toBeNull();
  await ima.service.stop();
  await Promise.all([selection.stop(), receiver.close(), ima.database.close()]);
  return JSON.parse(files.profile ?? '').profile;
}

const expected = await profileFrom(recorded.url);
await recorded.close();

test('the recorded Prometheus gives a profile of the whole range', () => {
  expect(expected.at).toHaveLength(1800);
  expect(expected.features).toHaveLength(5);
});

const servers = [
  {
    title: 'Prometheus',
    start: (history: string) => startPrometheus({ history }),
  },
  { title: 'VictoriaMetrics', start: startVictoriaMetrics },
];
for (const { title, start } of servers) {
  await describeOnOwnServer(
    `from ${title} with the recorded history`,
    () => startWithHistory(start),
    ({ address }) => {
      test(
        'IMA extracts the same profile as from the recorded one',
        async () => expect(await profileFrom(address)).toEqual(expected),
        180_000,
      );
    },
  );
}
