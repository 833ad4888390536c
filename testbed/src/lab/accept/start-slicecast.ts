import { join } from 'node:path';
import { createLogger, loadEnvironment, systemClock } from '@slicecast/platform';
import {
  loadServiceConfigs,
  openStores,
  StandaloneConfig,
  startStandalone,
} from '@slicecast/standalone';
import { freePort } from '../../servers/free-port.ts';
import { labOperatorFile } from '../operator-file.ts';
import type { Lab } from '../start-lab.ts';

/** All services in this process, in real time, on embedded storage in the lab's folder. */
export interface Slicecast {
  readonly urls: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** What a change of the link's rate is assumed to take, seconds: the kernel does it at once. */
const changeSeconds = 1;

export async function startSlicecast(lab: Lab, logLevel: string): Promise<Slicecast> {
  const env = await environment(lab.layout.folder, logLevel);
  const logger = createLogger({ name: 'slicecast', level: logLevel });
  const stores = await openStores(loadEnvironment(StandaloneConfig, env), logger);
  try {
    const standalone = await startStandalone({
      configs: loadServiceConfigs(env),
      operatorFile: labOperatorFile(lab),
      ...stores,
      clock: systemClock,
      logger,
    });
    const stop = async () => {
      await standalone.stop();
      await stores.close();
    };
    return { urls: standalone.urls, stop };
  } catch (error) {
    await stores.close();
    throw error;
  }
}

async function environment(folder: string, logLevel: string): Promise<NodeJS.ProcessEnv> {
  const ports = ['SRO', 'IMA', 'FEATURE_SELECTION', 'FORECASTING'].map(
    async (service) => [`${service}_PORT`, String(await freePort())] as const,
  );
  return {
    ...Object.fromEntries(await Promise.all(ports)),
    DATA_DIR: join(folder, 'data'),
    IMA_DATA_DIR: join(folder, 'data/ima'),
    CHANGE_SECONDS: String(changeSeconds),
    LOG_LEVEL: logLevel,
  };
}
