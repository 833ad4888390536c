import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, run } from './programs.ts';
import { type ServerOptions, type ServerProcess, startServer } from './server-process.ts';
import { freePorts, temporaryFolder } from './temporary-folder.ts';

export interface PrometheusOptions extends ServerOptions {
  /** `prometheus.yml`; default: nothing is scraped. */
  readonly config?: string;
  /** A file in OpenMetrics' text form whose samples it has from the beginning. */
  readonly history?: string;
  /** Default: a free one. */
  readonly port?: number;
}

export const prometheusRemedy = 'apt-get install prometheus (and do not let it start by itself)';

/** Prometheus with its lifecycle API and its remote-write receiver, whatever the age of its samples. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<ServerProcess> {
  const program = await findProgram('prometheus', prometheusRemedy);
  const folder = await temporaryFolder('prometheus');
  const data = join(folder, 'data');
  if (options.history !== undefined) await loadHistory(options.history, data);
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, options.config ?? 'global: { scrape_interval: 1s }\n');
  const port = options.port ?? (await freePorts(1))[0] ?? 0;
  const address = `http://127.0.0.1:${port}`;
  return startServer({
    ...options,
    name: 'prometheus',
    address,
    folder,
    command: program,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-lifecycle',
      '--web.enable-remote-write-receiver',
    ],
    stopSignal: 'SIGTERM',
    isReady: async () => (await fetch(`${address}/-/ready`)).ok,
  });
}

async function loadHistory(history: string, data: string): Promise<void> {
  const promtool = await findProgram('promtool', prometheusRemedy);
  await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', history, data]);
}
