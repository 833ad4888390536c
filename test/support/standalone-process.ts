import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Standalone as a process of its own, on free ports and a folder that outlives it. */
export interface StandaloneProcess {
  readonly sro: string;
  readonly forecasting: string;
  readonly dataDir: string;
  /** Resolves when every service says that it is ready. */
  start(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Ends it as an operator would; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** What it wrote since its last start. */
  output(): string;
  remove(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');
const services = ['SRO', 'IMA', 'FEATURE_SELECTION', 'FORECASTING'] as const;
const patienceMs = 60_000;

export async function prepareStandalone(operatorFile: string): Promise<StandaloneProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'slicecast-kill-'));
  const file = join(folder, 'slicecast.yaml');
  await writeFile(file, operatorFile);
  const ports = await freePorts(services.length);
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const dataDir = join(folder, 'data');
  const env = {
    PATH: process.env.PATH ?? '',
    DATA_DIR: dataDir,
    IMA_DATA_DIR: join(dataDir, 'ima'),
    SLICECAST_FILE: file,
    LOG_LEVEL: 'warn',
    ...Object.fromEntries(services.map((name, index) => [`${name}_PORT`, String(ports[index])])),
  };
  let child: ChildProcess | undefined;
  let output = '';

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = await exited;
    child = undefined;
    return typeof code === 'number' ? code : null;
  }

  return {
    sro: urls[0] ?? '',
    forecasting: urls[3] ?? '',
    dataDir,
    async start() {
      output = '';
      child = spawn(process.execPath, [join(root, 'services/standalone/src/main.ts')], {
        cwd: root,
        env,
      });
      const keep = (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-20_000);
      };
      child.stdout?.on('data', keep);
      child.stderr?.on('data', keep);
      await until('standalone is ready', async () => {
        if (child?.exitCode != null) throw new Error(`standalone ended: ${output}`);
        const answers = await Promise.all(urls.map((url) => fetch(`${url}/ready`)));
        return answers.every(({ ok }) => ok);
      });
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    output: () => output,
    async remove() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks until it is so; a refused connection is not yet so. */
export async function until(what: string, so: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    if (await so().catch(unlessRefused)) return;
    if (performance.now() > deadline) throw new Error(`not within ${patienceMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function unlessRefused(error: unknown): boolean {
  if (error instanceof TypeError && error.message === 'fetch failed') return false;
  throw error;
}

export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}
