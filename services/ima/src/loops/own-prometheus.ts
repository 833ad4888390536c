import type { SliceState } from '@slicecast/contracts';
import { every, type Logger, type Loop, type Metrics } from '@slicecast/platform';
import { stringify } from 'yaml';
import {
  prometheusConfiguration,
  type RemoteWriteTarget,
} from '../domain/prometheus-configuration.ts';
import { unionFeatures } from '../domain/union-features.ts';
import type { ConfigurationTarget } from '../ports.ts';

export interface OwnPrometheusOptions {
  /** Those whose samples are pushed; another array once what they select has changed. */
  readonly slices: () => readonly SliceState[];
  readonly targets: readonly ConfigurationTarget[];
  readonly remoteWrite: RemoteWriteTarget;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface OwnPrometheus extends Loop {
  /** Why a target does not have the newest configuration; undefined when all have. */
  trouble(): string | undefined;
}

const lookPeriodMs = 1000;
const slowestStepMs = 60_000;

/** Keeps a Prometheus of its own shipping what the slices have selected, whenever that changes; a target that fails is tried again. */
export function ownPrometheus(options: OwnPrometheusOptions): OwnPrometheus {
  const { targets, logger, metrics } = options;
  const applied = new Map<ConfigurationTarget, string>();
  const troubles = new Map<ConfigurationTarget, string>();
  let made: { readonly slices: readonly SliceState[]; readonly text: string } | undefined;

  async function apply(target: ConfigurationTarget, text: string, signal: AbortSignal) {
    if (applied.get(target) === text) return;
    try {
      await target.apply(text, signal);
      applied.set(target, text);
      troubles.delete(target);
      logger.info({ target: target.name }, 'Prometheus has a new configuration');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      troubles.set(target, `${target.name}: ${why}`);
      logger.warn(
        { err: error, target: target.name },
        'Prometheus does not have its configuration',
      );
    }
  }

  const loop = every({
    name: 'own-prometheus',
    periodMs: lookPeriodMs,
    logger,
    metrics,
    async run(signal) {
      if (targets.length === 0) return;
      const slices = options.slices();
      if (made?.slices !== slices) {
        made = { slices, text: configurationOf(slices, options.remoteWrite) };
      }
      const { text } = made;
      // One that fails does not hold up the others; it is told again in the next round.
      await Promise.all(targets.map((target) => apply(target, text, signal)));
    },
  });
  return {
    stop: () => loop.stop(),
    trouble: () => (troubles.size === 0 ? undefined : [...troubles.values()].join('; ')),
  };
}

/** One configuration for all slices: the finest step, and each series once. */
function configurationOf(slices: readonly SliceState[], remoteWrite: RemoteWriteTarget): string {
  const all = slices.toSorted((a, b) => a.sliceId - b.sliceId);
  const features = unionFeatures(all.flatMap(({ trained }) => trained)).map(
    ({ feature }) => feature,
  );
  const stepMs = Math.min(slowestStepMs, ...all.map((slice) => slice.stepMs));
  const ids = all.map(({ sliceId }) => sliceId).join(', ') || 'none';
  const configuration = prometheusConfiguration(features, { stepMs, remoteWrite });
  return `# Written by Slicecast for slices ${ids}.\n${stringify(configuration, { lineWidth: 0 })}`;
}
