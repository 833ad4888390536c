import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchOnce } from './cache.ts';
import { findProgram, notFetched, run } from './programs.ts';
import { type ServerOptions, type ServerProcess, startServer } from './server-process.ts';
import { freePorts, temporaryFolder } from './temporary-folder.ts';

const version = '1.8.10';

/** InfluxDB 1.8, which speaks Flux and the write API of 2 as well. */
export async function startInfluxdb(options: ServerOptions = {}): Promise<ServerProcess> {
  const program = join(await fetchInfluxdb(), 'influxd');
  const folder = await temporaryFolder('influxdb');
  const [port = 0, backup = 0] = await freePorts(2);
  const config = join(folder, 'influxdb.conf');
  await writeFile(config, configOf(folder, port, backup));
  const address = `http://127.0.0.1:${port}`;
  return startServer({
    ...options,
    name: 'influxdb',
    address,
    folder,
    command: program,
    args: ['-config', config],
    stopSignal: 'SIGTERM',
    isReady: async () => (await fetch(`${address}/ping`)).ok,
  });
}

/** Folder of the program. */
export function fetchInfluxdb(): Promise<string> {
  return fetchOnce(`influxdb-${version}`, async (folder) => {
    const go = await findProgram('go', 'install Go 1.21 or later, e.g. apt-get install golang-go');
    const install = ['install', `github.com/influxdata/influxdb/cmd/influxd@v${version}`];
    await run(go, install, { env: { ...process.env, GOBIN: folder } }).catch((error) => {
      throw notFetched(`InfluxDB ${version}`, error);
    });
  });
}

function configOf(folder: string, port: number, backup: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${backup}"
[meta]
  dir = "${join(folder, 'meta')}"
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
