import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { requireAnswer } from './require-answer.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const run = promisify(execFile);

export interface PrometheusOptions {
  /** The text of `prometheus.yml`; when absent, nothing is scraped. */
  readonly config?: string;
  /** A file in OpenMetrics' text form, whose samples the server has from the beginning. */
  readonly history?: string;
  /** When absent, a free one. */
  readonly port?: number;
}

/** Prometheus with `/-/reload` and its remote-write receiver; samples of any age stay. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<ServerProcess> {
  const program = await findPrometheus();
  return startServer('prometheus', async (folder) => {
    const data = join(folder, 'data');
    await mkdir(data);
    if (options.history !== undefined) await loadHistory(options.history, data);
    const config = join(folder, 'prometheus.yml');
    await writeFile(config, options.config ?? 'global: { scrape_interval: 1s }\n');
    const port = options.port ?? (await freePort());
    const address = `http://127.0.0.1:${port}`;
    return {
      address,
      command: [
        program,
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-lifecycle',
        '--web.enable-remote-write-receiver',
      ],
      checkReady: () => requireAnswer(`${address}/-/ready`),
    };
  });
}

/** The server's program. */
export function findPrometheus(): Promise<string> {
  return requirePrometheus('prometheus');
}

/** A program of Debian's package `prometheus`: `prometheus` or `promtool`. */
export function requirePrometheus(program: 'prometheus' | 'promtool'): Promise<string> {
  const remedy = 'Install Prometheus 2.42 or later with its promtool (Debian: prometheus).';
  return requireProgram('prometheus', program, remedy);
}

/** Makes the samples of a file in OpenMetrics' text form a server's own, before it starts on that folder. */
export async function loadHistory(history: string, data: string): Promise<void> {
  const promtool = await requirePrometheus('promtool');
  await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', history, data]);
}
