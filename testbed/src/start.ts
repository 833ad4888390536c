/**
 * `npm start`: standalone in real time. Without an operator's file of one's own (SLICECAST_FILE) the
 * recorded traces are served beside it, as the Prometheus of the bundled example.
 */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { yFile } from './demo/profile-flavor.ts';
import { serveRecordedPrometheus } from './recorded-prometheus/serve.ts';

parseArgs({ options: {} });
const root = join(import.meta.dirname, '../..');
const recordedPort = 9095;

if (process.env.SLICECAST_FILE === undefined) await serveExample();
const standalone = spawn(process.execPath, [join(root, 'services/standalone/src/main.ts')], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => standalone.kill(signal));
}
standalone.on('exit', (code) => process.exit(code ?? 1));

/** The recorded server, and the Y files of both profiles where the README's curl lines look for them. */
async function serveExample(): Promise<void> {
  const now = () => Date.now();
  const liveStartMs = Math.floor(now() / 1000) * 1000;
  const { url, recording } = await serveRecordedPrometheus({
    port: recordedPort,
    liveStartMs,
    now,
  });
  const folder = join(root, 'data/example');
  await mkdir(folder, { recursive: true });
  for (const flavorId of [1, 2]) {
    await writeFile(join(folder, `y_flavor_${flavorId}.csv`), yFile(recording, flavorId));
  }
  console.log(`Recorded Prometheus of the example: ${url}
Y files of its two profiles:        data/example/y_flavor_1.csv, data/example/y_flavor_2.csv
Next, in another terminal:
  curl -F file=@data/example/y_flavor_1.csv 'http://127.0.0.1:13131/slice/1/flavor/1/profile?sla_metric_name=R_99&timestamp_label=timestamp'
  curl http://127.0.0.1:13131/api/v1/jobs
`);
}
