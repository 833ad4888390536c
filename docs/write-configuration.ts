/** Writes docs/configuration.md from the schemas of the environment: `node docs/write-configuration.ts`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaSettings } from '../libs/platform/src/index.ts';
import { FeatureSelectionConfig } from '../services/feature-selection/src/config.ts';
import { ForecastingConfig } from '../services/forecasting/src/config.ts';
import { ImaConfig } from '../services/ima/src/config.ts';
import { RecorderConfig } from '../services/recorder/src/config.ts';
import { SroConfig } from '../services/sro/src/config.ts';
import { StandaloneConfig } from '../services/standalone/src/config.ts';

interface Variable {
  readonly description?: string;
  readonly default?: unknown;
}

/** Of each service on its own, but feature-selection. */
const kafka = { properties: kafkaSettings };

const services = {
  standalone: StandaloneConfig,
  sro: SroConfig,
  ima: ImaConfig,
  'feature-selection': FeatureSelectionConfig,
  forecasting: ForecastingConfig,
  recorder: RecorderConfig,
  'kafka (sro, ima, forecasting and recorder on their own)': kafka,
};

export function configurationTable(): string {
  const parts = Object.entries(services).map(([name, { properties }]) => {
    const rows = Object.entries(properties as Record<string, Variable>).map(
      ([variable, { description = '', default: fallback }]) =>
        `| \`${variable}\` | ${description} | ${fallback === undefined ? '' : `\`${fallback}\``} |`,
    );
    return `## ${name}\n\n| Variable | What it sets | Default |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Configuration

Generated from the schemas by \`node docs/write-configuration.ts\`. A secret can be given as a file: \`NAME_FILE\`. Slices, sources and [actuators](actuators.md) are in [slicecast.yaml](../slicecast.yaml). In standalone every service reads its own variables too, and finds the others by their ports.

${parts.join('\n')}`;
}

if (import.meta.main) {
  await writeFile(join(import.meta.dirname, 'configuration.md'), configurationTable());
}
