import type { OperatorFile } from '@slicecast/contracts';
import { createFeatureSelection } from '@slicecast/feature-selection';
import { createForecasting } from '@slicecast/forecasting';
import { createIma } from '@slicecast/ima';
import type { Clock, Database, Log, Logger, Service, TenantKeys } from '@slicecast/platform';
import { createRecorder } from '@slicecast/recorder';
import { createSro } from '@slicecast/sro';
import type { ServiceConfigs } from './config.ts';

export { loadServiceConfigs, type ServiceConfigs, StandaloneConfig } from './config.ts';
export { openStores, type Stores } from './open-stores.ts';

export interface StandaloneOptions {
  readonly configs: ServiceConfigs;
  readonly operatorFile: OperatorFile;
  readonly database: Database;
  readonly log: Log;
  /** Event time of the live part; a stepped one replays. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tenants?: TenantKeys | undefined;
}

export interface Standalone {
  /** Base URLs by service name. */
  readonly urls: Readonly<Record<string, string>>;
  /** Leaves log and database open: who opened them closes them. */
  stop(): Promise<void>;
}

/** Every service in one process, on one log and one database; they speak HTTP to each other on their own ports. */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const { configs, operatorFile } = options;
  const services: readonly Service[] = [
    createFeatureSelection({ ...options, config: configs.featureSelection }),
    createForecasting({ ...options, config: configs.forecasting }),
    createIma({
      ...options,
      config: configs.ima,
      sources: operatorFile.sources,
      allowPrivateCallbacks: operatorFile.callbacks?.allowPrivateAddresses ?? false,
    }),
    createSro({ ...options, config: configs.sro }),
    ...(configs.recorder ? [createRecorder({ ...options, config: configs.recorder })] : []),
  ];
  const urls: Record<string, string> = {};
  const started: Service[] = [];
  const stop = async () => {
    for (const service of started.toReversed()) await service.stop();
  };
  try {
    for (const service of services) {
      urls[service.name] = await service.start();
      started.push(service);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { urls, stop };
}
