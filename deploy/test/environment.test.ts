import { OperatorFile } from '@slicecast/contracts';
import { kafkaSettings, loadYaml } from '@slicecast/platform';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FeatureSelectionConfig } from '../../services/feature-selection/src/config.ts';
import { ForecastingConfig } from '../../services/forecasting/src/config.ts';
import { ImaConfig } from '../../services/ima/src/config.ts';
import { RecorderConfig } from '../../services/recorder/src/config.ts';
import { SroConfig } from '../../services/sro/src/config.ts';
import { ports, serviceNames } from '../src/ports.ts';
import { composeContainer, kubernetesContainer } from './support/container.ts';
import { readCompose, readKubernetes, readText, root } from './support/files.ts';

const schemas = {
  sro: { ...SroConfig.properties, ...kafkaSettings },
  ima: { ...ImaConfig.properties, ...kafkaSettings },
  'feature-selection': FeatureSelectionConfig.properties,
  forecasting: { ...ForecastingConfig.properties, ...kafkaSettings },
  recorder: { ...RecorderConfig.properties, ...kafkaSettings },
};

describe.each(serviceNames)('%s', (name) => {
  const compose = composeContainer(name);

  test('is given the same on Kubernetes as by Compose: variables, secrets, files, argument', () => {
    const kubernetes = kubernetesContainer(name);
    expect(kubernetes).toEqual(compose);
    expect(compose.args).toEqual([name]);
  });

  test('is given no variable that it does not read', () => {
    const known = Object.keys(schemas[name]).flatMap((variable) => [variable, `${variable}_FILE`]);
    expect(known).toEqual(expect.arrayContaining(Object.keys(compose.environment)));
  });

  test('is given no secret but as a file', () => {
    const secret = /(PASSWORD|TOKEN|KEY|DATABASE_URL)$/;
    expect(Object.keys(compose.environment).filter((variable) => secret.test(variable))).toEqual(
      [],
    );
  });

  test("listens where its schema's default is", () => {
    const variable = `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
    expect(schemas[name]).toHaveProperty([variable, 'default'], ports[name]);
    expect(compose.environment[variable]).toBe(String(ports[name]));
  });

  test('finds each address that it is given, on either target', () => {
    const texts = Object.values(compose.environment);
    const addresses = texts.flatMap((text) => text.match(/[a-z][a-z0-9-]*:\d+/g) ?? []);
    const services = readKubernetes().filter(({ kind }) => kind === 'Service');
    for (const address of addresses) {
      const [host = '', port] = address.split(':');
      expect(readCompose().services).toHaveProperty(host);
      const service = services.find(({ metadata }) => metadata.name === host);
      expect(service?.spec).toMatchObject({ ports: [{ port: Number(port) }] });
      expect(Object.entries(ports)).toContainEqual([host, Number(port)]);
    }
  });
});

test.each(['deploy/operator/slicecast.yaml', 'deploy/demo/slicecast.yaml'])(
  '%s is a file that the services take',
  async (path) => {
    const { sources } = await loadYaml(`${root}/${path}`, OperatorFile);
    for (const { url } of sources) {
      expect(readCompose().services).toHaveProperty(new URL(url).hostname);
    }
  },
);

test("Grafana's data source takes the token from where it is mounted", () => {
  const [source] = parse(
    readText('dashboards/provisioning/datasources/slicecast.yaml'),
  ).datasources;
  const path = /^\$__file\{(.*)\}$/.exec(source.secureJsonData.token)?.[1] ?? '';
  for (const { secrets, folders } of [
    composeContainer('grafana'),
    kubernetesContainer('grafana'),
  ]) {
    expect(secrets.get(path)).toBe('influx-token');
    const [provider] = parse(
      readText('dashboards/provisioning/dashboards/slicecast.yaml'),
    ).providers;
    expect(Object.keys(folders.get(provider.options.path) ?? {})).toContain('slice.json');
  }
});
