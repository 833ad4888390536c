import { join } from 'node:path';
import { follow } from '../demo/call-api.ts';
import { createNodeProcess, type NodeProcess } from './node-process.ts';

export type ServiceName = 'sro' | 'ima' | 'feature-selection' | 'forecasting' | 'recorder';

/** A service as a process of its own. */
export interface ServiceProcess {
  readonly name: ServiceName;
  readonly url: string;
  readonly process: NodeProcess;
  /** Resolves when it answers; rejects with what it wrote when it ends. */
  start(): Promise<void>;
  /** Resolves when `/ready` says so; rejects with what it says is missing. */
  ready(): Promise<void>;
}

export const root = join(import.meta.dirname, '../../..');
const patienceMs = 90_000;
const pauseMs = 50;

export function createServiceProcess(
  name: ServiceName,
  port: number,
  environment: NodeJS.ProcessEnv,
): ServiceProcess {
  const url = `http://127.0.0.1:${port}`;
  const variable = `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
  const process = createNodeProcess({
    script: join(root, 'services', name, 'src/main.ts'),
    cwd: root,
    env: { ...environment, [variable]: String(port) },
  });
  async function wait(path: string): Promise<void> {
    const ask = async () => {
      const words = process.ended();
      if (words !== undefined) throw new Error(`${name} ended: ${words}`);
      return fetch(`${url}${path}`).then(
        async (answer) => ({ ok: answer.ok, text: await answer.text() }),
        () => ({ ok: false, text: process.output() }),
      );
    };
    await follow(ask, ({ ok }) => ok, { timeoutMs: patienceMs, pauseMs });
  }
  return {
    name,
    url,
    process,
    async start() {
      process.start();
      await wait('/live');
    },
    ready: () => wait('/ready'),
  };
}
