import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import { requireAnswer } from './require-answer.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** VictoriaMetrics, which speaks Prometheus' API, with the samples of a file in OpenMetrics' text form. */
export async function startVictoriaMetrics(history: string): Promise<ServerProcess> {
  const remedy = 'Install VictoriaMetrics 1.79 or later (Debian: victoria-metrics).';
  const program = await requireProgram('victoria-metrics', 'victoria-metrics', remedy);
  const server = await startServer('victoria-metrics', async (folder) => {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    return {
      address,
      command: [
        program,
        `-storageDataPath=${join(folder, 'data')}`,
        `-httpListenAddr=127.0.0.1:${port}`,
        '-retentionPeriod=100y',
        // History is asked for as soon as it is in.
        '-search.latencyOffset=0s',
        '-search.disableCache',
      ],
      checkReady: () => requireAnswer(`${address}/health`),
    };
  });
  try {
    await load(server.address, await readFile(history));
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function load(address: string, text: Uint8Array<ArrayBuffer>): Promise<void> {
  const answer = await fetch(`${address}/api/v1/import/prometheus`, { method: 'POST', body: text });
  if (!answer.ok)
    throw new Error(`the history was refused: ${answer.status} ${await answer.text()}`);
  // What was taken can be asked for from the next flush on.
  await requireAnswer(`${address}/internal/force_flush`);
}
