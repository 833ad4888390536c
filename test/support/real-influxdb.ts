import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, until } from './standalone-process.ts';

/** An InfluxDB 1.8 of the test's own, on the loopback and a free port, in a temporary folder. */
export interface RealInfluxdb {
  readonly url: string;
  start(): Promise<void>;
  /** Ends it as a power cut would; the folder stays. */
  kill(): Promise<void>;
  dispose(): Promise<void>;
  /** Rows of an InfluxQL query, over all its series, as objects. */
  influxQl(database: string, query: string): Promise<Record<string, unknown>[]>;
  /** Rows of a Flux query, as text by column. */
  flux(query: string): Promise<Record<string, string>[]>;
}

const build = 'github.com/influxdata/influxdb/cmd/influxd@v1.8.10';
const run = promisify(execFile);

/** Why there is none to test against; undefined when there is one. With Go on the path it is built, once. */
export async function missingInfluxdb(): Promise<string | undefined> {
  if (program() !== undefined) return undefined;
  try {
    await run('go', ['install', build], { timeout: 300_000 });
    return program() === undefined ? 'influxd is not where Go puts programs' : undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `there is no influxd (InfluxDB 1.8) on the path, and it could not be built: ${why}`;
  }
}

function program(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), join(homedir(), 'go/bin')];
  return folders.map((folder) => join(folder, 'influxd')).find((file) => existsSync(file));
}

export async function createRealInfluxdb(): Promise<RealInfluxdb> {
  const folder = await mkdtemp(join(tmpdir(), 'slicecast-influxdb-'));
  const [port, rpc] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const file = join(folder, 'influxdb.conf');
  await writeFile(file, configuration(folder, `127.0.0.1:${port}`, `127.0.0.1:${rpc}`));
  let child: ChildProcess | undefined;

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  return {
    url,
    async start() {
      child = spawn(program() ?? 'influxd', ['-config', file], { stdio: 'ignore' });
      await until('InfluxDB answers', async () => (await fetch(`${url}/ping`)).ok);
    },
    kill,
    async dispose() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
    async influxQl(database, query) {
      const answer = await fetch(`${url}/query?${new URLSearchParams({ db: database, q: query })}`);
      return rowsOf((await answer.json()) as InfluxQlAnswer);
    },
    async flux(query) {
      const answer = await fetch(`${url}/api/v2/query?org=any`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.flux', accept: 'application/csv' },
        body: query,
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${answer.status} ${text} of\n${query}`);
      return csvRows(text);
    },
  };
}

function configuration(folder: string, http: string, rpc: string): string {
  return `reporting-disabled = true
bind-address = "${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "${http}"
  flux-enabled = true
  log-enabled = false
[logging]
  level = "error"
`;
}

interface InfluxQlAnswer {
  readonly results: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly tags?: Readonly<Record<string, string>>;
      readonly columns: readonly string[];
      readonly values: readonly (readonly unknown[])[];
    }[];
  }[];
}

function rowsOf({ results: [result] }: InfluxQlAnswer): Record<string, unknown>[] {
  if (result?.error !== undefined) throw new Error(result.error);
  return (result?.series ?? []).flatMap(({ tags, columns, values }) =>
    values.map((row) => ({
      ...tags,
      ...Object.fromEntries(columns.map((column, index) => [column, row[index]])),
    })),
  );
}

/** Annotated CSV: blocks, each with its own header; enough for text without line ends. */
function csvRows(text: string): Record<string, string>[] {
  let columns: readonly string[] = [];
  const rows: Record<string, string>[] = [];
  for (const line of text.split('\r\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const cells = cellsOf(line);
    if (cells[1] === 'result') columns = cells;
    else if (cells[1] === 'error') throw new Error(line);
    else
      rows.push(Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])));
  }
  return rows;
}

function cellsOf(line: string): string[] {
  const cells = `,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...cells].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
