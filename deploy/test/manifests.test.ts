import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { manifests } from '../src/write-manifests.ts';
import { kubernetesPaths, readCompose, readKubernetes, readText, root } from './support/files.ts';
import { composeFaults, createKubernetesCheck } from './support/schemas.ts';

const remedy = 'run node deploy/src/write-manifests.ts';

test.each(Object.entries(manifests()))(`%s is what the tables say: ${remedy}`, (path, text) => {
  expect(readText(path)).toBe(text);
});

describe('the Compose file', () => {
  test("has the form of the Compose Specification's schema", () => {
    expect(composeFaults(readCompose())).toEqual([]);
  });

  test('would not pass with a word that the specification does not have', () => {
    const { services, ...file } = readCompose();
    const sro = { ...services.sro, helthcheck: {} };
    expect(composeFaults({ ...file, services: { ...services, sro } }).join()).toContain(
      'helthcheck',
    );
  });

  test('names only volumes, secrets and services that it has, and files that exist', () => {
    const { services, secrets, volumes } = readCompose();
    for (const service of Object.values(services)) {
      for (const { source } of service.secrets ?? []) expect(secrets).toHaveProperty(source);
      for (const name of Object.keys(service.depends_on ?? {})) {
        expect(services).toHaveProperty(name);
      }
      for (const volume of service.volumes ?? []) expectSource(volume, volumes);
    }
  });

  test('pins every image, and keeps what it publishes on the loopback', () => {
    for (const { image, ports = [] } of Object.values(readCompose().services)) {
      expect(image).toMatch(/^[a-z0-9/-]+:v?\d+\.\d+\.?\d*(-[a-z]+)?$/);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
    }
  });
});

describe('the objects for Kubernetes', () => {
  const check = createKubernetesCheck();
  const all = [...readKubernetes(), ...readKubernetes('k8s/kubernetes-actuator')];

  test.each(all.map((object) => [object.kind, object.metadata.name, object]))(
    '%s %s has the form that the API takes, with no other field',
    (_kind, _name, object) => {
      if (typeof object === 'string') throw new Error('an object was expected');
      expect(check(object)).toEqual([]);
    },
  );

  test('would not pass with a misspelt field, a wrong type or a missing one', () => {
    const [deployment] = readKubernetes().filter(({ kind }) => kind === 'Deployment');
    if (deployment?.spec === undefined) throw new Error('there is no deployment');
    const { selector, ...spec } = deployment.spec;
    expect(check({ ...deployment, spec: { ...spec, selector, replica: 1 } })).not.toEqual([]);
    expect(check({ ...deployment, spec })).not.toEqual([]);
    const replicas = 'two' as unknown as number;
    expect(check({ ...deployment, spec: { ...spec, selector, replicas } })).not.toEqual([]);
  });

  test('are all in a kustomization of their folder', () => {
    const kustomizations = readdirSync(join(root, 'k8s'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('kustomization.yaml'))
      .map((name) => `k8s/${name}`);
    const listed = kustomizations.flatMap((path) => {
      const { resources = [] } = parse(readText(path));
      return resources.map((name: string) => path.replace('kustomization.yaml', name));
    });
    expect(listed.toSorted()).toEqual(kubernetesPaths().toSorted());
  });
});

/** A named volume, or a path below the root; what a variable names has its default checked. */
function expectSource(volume: string, volumes: object): void {
  const source = volume.replace(/^\$\{\w+:-([^}]+)\}/, '$1').split(':')[0] ?? '';
  if (source === '/') return;
  if (!source.startsWith('./')) expect(volumes).toHaveProperty(source);
  else expect(readdirSync(join(root, source))).not.toEqual([]);
}
