import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWhereAvailable } from '@slicecast/testbed/servers/for-tests';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { requirePrometheus } from '../../testbed/src/servers/prometheus.ts';
import { composeContainer, kubernetesContainer } from './support/container.ts';
import { readKubernetes } from './support/files.ts';

const run = promisify(execFile);
const file = 'prometheus.yml';
const folder = '/etc/prometheus';
const texts = {
  Compose: composeContainer('prometheus').folders.get(folder)?.[file] ?? '',
  Kubernetes: kubernetesContainer('prometheus').folders.get(folder)?.[file] ?? '',
};

await describeWhereAvailable(
  "Prometheus' configuration",
  () => requirePrometheus('promtool'),
  (promtool) => {
    const folders: string[] = [];
    afterAll(async () => {
      for (const path of folders) await rm(path, { recursive: true });
    });

    test.each(Object.entries(texts))('is one that Prometheus takes, on %s', async (_on, text) => {
      const path = await mkdtemp(join(tmpdir(), 'slicecast-prometheus-'));
      folders.push(path);
      await writeFile(join(path, file), text);
      const { stdout } = await run(promtool, ['check', 'config', join(path, file)]);
      expect(stdout).toContain('SUCCESS');
    });
  },
);

test('asks every replica on Kubernetes: by the names that resolve to each of them', () => {
  const services = readKubernetes().filter(({ kind }) => kind === 'Service');
  const deployments = readKubernetes().filter(({ kind }) => kind === 'Deployment');
  for (const { job_name: job, dns_sd_configs: found } of parse(texts.Kubernetes).scrape_configs) {
    const replicas = deployments.find(({ metadata }) => metadata.name === job)?.spec?.replicas ?? 1;
    const [name] = found?.[0].names ?? [];
    const service = services.find(({ metadata }) => metadata.name === name);
    if (replicas > 1) expect(service?.spec).toMatchObject({ clusterIP: 'None' });
  }
});
