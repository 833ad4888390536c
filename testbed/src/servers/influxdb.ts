import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchOnce } from './cache.ts';
import { requireProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { requireAnswer } from './require-answer.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { ServerUnavailable } from './server-unavailable.ts';

const run = promisify(execFile);
const version = '1.8.10';

/** InfluxDB 1.8 with version 2's write and query paths (bucket `database/retention-policy`, any organisation and token). */
export async function startInfluxdb(): Promise<ServerProcess> {
  const program = join(await fetchInfluxdb(), 'influxd');
  return startServer('influxdb', async (folder) => {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const configuration = join(folder, 'influxdb.conf');
    await writeFile(configuration, configurationOf(folder, port));
    return {
      address,
      command: [program, '-config', configuration],
      checkReady: () => requireAnswer(`${address}/ping`),
    };
  });
}

/** The server's program in the cache, built from its Go module: a minute or two, once. */
export async function fetchInfluxdb(): Promise<string> {
  return fetchOnce(`influxdb-${version}`, async (folder) => {
    const go = await requireProgram('influxdb', 'go', 'Install Go, once, to build InfluxDB.');
    const module = `github.com/influxdata/influxdb/cmd/influxd@v${version}`;
    const env = { ...process.env, GOBIN: folder, GOFLAGS: '-trimpath' };
    await run(go, ['install', module], { env }).catch((error: unknown) => {
      throw new ServerUnavailable(
        'influxdb',
        `Go did not build ${module}`,
        'See that Go reaches its module proxy.',
        error,
      );
    });
  });
}

function configurationOf(folder: string, port: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${join(folder, 'meta')}"
  logging-enabled = false
[data]
  dir = "${join(folder, 'data')}"
  wal-dir = "${join(folder, 'wal')}"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  flux-enabled = true
  log-enabled = false
[monitor]
  store-enabled = false
`;
}
