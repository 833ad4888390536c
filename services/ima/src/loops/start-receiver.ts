import { createHttpClient, instanceName } from '@slicecast/platform';
import { createConfigMapTarget, createFileTarget } from '../adapters/configuration-targets.ts';
import { type ImaConfig, remoteWriteTarget } from '../config.ts';
import type { ConfigurationTarget } from '../ports.ts';
import { ownPrometheus } from './own-prometheus.ts';
import { followSelectedSeries } from './selected-series.ts';
import type { LoopParts, Started } from './start-loops.ts';

const targetTimeoutMs = 60_000;

/** Without a source whose samples are pushed nothing can be selected, and nobody is followed. */
export async function startReceiver(parts: LoopParts): Promise<Started> {
  const { config, log, logger, sources, receiver } = parts;
  if (!sources.anyPushed) {
    receiver.begin(() => undefined);
    if (configurationTargets(config).length > 0) logger.warn(nothingToOwn);
    return { stop: async () => undefined };
  }
  const selected = await followSelectedSeries({
    log,
    instance: instanceName(config.IMA_INSTANCE, config.IMA_PORT),
    isPushed: sources.isPushed,
    onChange: () => receiver.reader.forget(),
  });
  receiver.begin(selected.select);
  const owned = ownPrometheus({
    ...parts,
    slices: selected.slices,
    targets: configurationTargets(config),
    remoteWrite: remoteWriteTarget(config),
  });
  return {
    trouble: owned.trouble,
    async stop() {
      await owned.stop();
      await selected.close();
    },
  };
}

const nothingToOwn =
  "no source of the operator's file has `live: pushed`, so the configuration of Prometheus is not written";

function configurationTargets(config: ImaConfig): readonly ConfigurationTarget[] {
  const http = createHttpClient({ timeoutMs: targetTimeoutMs });
  const { IMA_PROMETHEUS_CONFIG_FILE: file, IMA_CONFIGMAP_RECEIVER: receiver } = config;
  return [
    ...(file === undefined ? [] : [createFileTarget(file, config.IMA_PROMETHEUS_RELOAD_URL, http)]),
    ...(receiver === undefined
      ? []
      : [createConfigMapTarget(receiver, config.IMA_CONFIGMAP_NAME, http)]),
  ];
}
