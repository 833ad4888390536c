import { randomUUID } from 'node:crypto';
import { FeatureSelectionConfig } from '@slicecast/feature-selection';
import { ForecastingConfig } from '@slicecast/forecasting';
import { ImaConfig } from '@slicecast/ima';
import { loadEnvironment } from '@slicecast/platform';
import { RecorderConfig } from '@slicecast/recorder';
import { SroConfig } from '@slicecast/sro';
import { type Static, Type } from 'typebox';

/** The environment of `standalone`, beside that of the services in it. */
export const StandaloneConfig = Type.Object({
  DATA_DIR: Type.String({
    default: './data',
    description: 'Folder of the embedded log and database; one process at a time',
  }),
  LOG_MAX_AGE_HOURS: Type.Integer({
    minimum: 1,
    default: 168,
    description: 'Messages of the log are kept for so long',
  }),
  LOG_MAX_BYTES: Type.Integer({
    minimum: 2 ** 20,
    default: 2 ** 31,
    description: 'Size of a topic in the log; the oldest segments go first',
  }),
  SLICECAST_FILE: Type.String({ default: 'slicecast.yaml', description: "The operator's file" }),
  LOG_LEVEL: Type.String({
    default: 'info',
    description: 'trace, debug, info, warn, error, silent',
  }),
});
export type StandaloneConfig = Static<typeof StandaloneConfig>;

/** Configuration of the services, whose addresses follow from one another's ports. */
export interface ServiceConfigs {
  readonly sro: SroConfig;
  readonly ima: ImaConfig;
  readonly featureSelection: FeatureSelectionConfig;
  readonly forecasting: ForecastingConfig;
  /** Only where there is an InfluxDB to record to. */
  readonly recorder?: RecorderConfig;
}

export function loadServiceConfigs(env: NodeJS.ProcessEnv): ServiceConfigs {
  const sro = loadEnvironment(SroConfig, env);
  const ima = loadEnvironment(ImaConfig, env);
  const featureSelection = loadEnvironment(FeatureSelectionConfig, env);
  const forecasting = loadEnvironment(ForecastingConfig, env);
  const here = (port: number) => `http://127.0.0.1:${port}`;
  const suite = {
    // Nobody outside this process needs to know it.
    INTERNAL_KEY: ima.INTERNAL_KEY ?? randomUUID(),
    SRO_URL: here(sro.SRO_PORT),
    IMA_URL: here(ima.IMA_PORT),
    FEATURE_SELECTION_URL: here(featureSelection.FEATURE_SELECTION_PORT),
    FORECASTING_URL: here(forecasting.FORECASTING_PORT),
  };
  return {
    sro: { ...sro, ...suite },
    ima: { ...ima, ...suite },
    featureSelection,
    forecasting,
    ...(hasInfluxdb(env) ? { recorder: loadEnvironment(RecorderConfig, env) } : {}),
  };
}

function hasInfluxdb({ INFLUX_URL, INFLUX_URL_FILE }: NodeJS.ProcessEnv): boolean {
  return [INFLUX_URL, INFLUX_URL_FILE].some((text) => text !== undefined && text !== '');
}
