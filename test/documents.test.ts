import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OperatorFile } from '@slicecast/contracts';
import { parseYaml } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { configurationTable } from '../docs/write-configuration.ts';

const root = join(import.meta.dirname, '..');

test('docs/configuration.md is what the schemas say: run node docs/write-configuration.ts', () => {
  const written = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
  expect(written).toBe(configurationTable());
});

test.each(['README.md', 'docs/configuration.md', 'docs/actuators.md'])(
  'every link in %s leads to a file',
  (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link ?? '');
    const folder = dirname(join(root, document));
    expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
  },
);

test('every example in docs/actuators.md is taken, and every kind of actuator has one', () => {
  const text = readFileSync(join(root, 'docs/actuators.md'), 'utf8');
  const examples = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, yaml]) => `sources: []\n${yaml}`,
  );
  const actuators = examples.flatMap(
    (yaml) => parseYaml(yaml, 'docs/actuators.md', OperatorFile).actuators,
  );
  const kinds = OperatorFile.properties.actuators.items.anyOf.map(
    (form) => form.properties.kind.const,
  );
  expect(new Set(actuators.map(({ kind }) => kind))).toEqual(new Set(kinds));
});
