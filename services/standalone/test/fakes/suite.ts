import { rm } from 'node:fs/promises';
import { OperatorFile, topics } from '@slicecast/contracts';
import { createForecasting, ForecastingConfig } from '@slicecast/forecasting';
import {
  type Clock,
  type Log,
  type Logger,
  loadEnvironment,
  type Service,
  silentLogger,
} from '@slicecast/platform';
import { createSro, SroConfig } from '@slicecast/sro';
import { Value } from 'typebox/value';
import { openStores, StandaloneConfig } from '../../src/standalone.ts';

/** What happens to forecasting when it tells the log of a model that won. */
export type TellingFails = 'before the log has it' | 'after the log has it' | undefined;

/** SRO and forecasting on the embedded log and database of one folder, from a start to its end. */
export interface Suite {
  readonly sro: string;
  readonly forecasting: string;
  readonly log: Log;
  /** Lines that were logged for information. */
  readonly said: readonly string[];
  end(): Promise<void>;
}

export interface SuiteOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly slice: object;
  readonly env: Readonly<Record<string, string>>;
  readonly tellingFails?: TellingFails;
}

export async function beginSuite(options: SuiteOptions): Promise<Suite> {
  const { folder, clock, env, tellingFails } = options;
  const said: string[] = [];
  const logger: Logger = Object.assign(Object.create(silentLogger), {
    info: (_fields: unknown, line: string) => said.push(line),
  });
  // The rows are of a fixed day, long ago.
  const kept = { DATA_DIR: folder, LOG_MAX_AGE_HOURS: '1000000' };
  const stores = await openStores(loadEnvironment(StandaloneConfig, kept), logger);
  const { database, log } = stores;
  const shared = { database, clock, logger };
  const forecasting = createForecasting({
    ...shared,
    log: failing(log, tellingFails),
    config: loadEnvironment(ForecastingConfig, {
      FORECASTING_PORT: '0',
      FORECASTING_INSTANCE: 'f',
      ...env,
    }),
  });
  const urls = { forecasting: await forecasting.start() };
  const sro = createSro({
    ...shared,
    log,
    operatorFile: fileOf(options.slice),
    config: loadEnvironment(SroConfig, {
      SRO_PORT: '0',
      SRO_INSTANCE: 's',
      FORECASTING_URL: urls.forecasting,
      IMA_URL: 'http://127.0.0.1:9',
    }),
  });
  const parts: readonly Pick<Service, 'stop'>[] = [sro, forecasting];
  return {
    ...urls,
    sro: await sro.start(),
    log,
    said,
    async end() {
      for (const part of parts) await part.stop();
      await stores.close();
    },
  };
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** Fails as where a process ends at that moment: what it was about to do next is not done. */
function failing(log: Log, when: TellingFails): Log {
  return {
    ...log,
    async append(topic, messages) {
      const fails = when !== undefined && topic.name === topics.modelPromotions.name;
      if (!(fails && when === 'before the log has it')) await log.append(topic, messages);
      if (fails) throw new Error('the process ends here');
    },
  };
}

function fileOf(slice: object): OperatorFile {
  const file = {
    sources: [{ name: 'none', url: 'http://127.0.0.1:9' }],
    actuators: [{ name: 'none', kind: 'dry-run' }],
    slices: [slice],
  };
  const complete: unknown = Value.Default(OperatorFile, file);
  if (Value.Check(OperatorFile, complete)) return complete;
  const [fault] = Value.Errors(OperatorFile, complete);
  throw new Error(`the test's operator file is wrong: ${JSON.stringify(fault)}`);
}
