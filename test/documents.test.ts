import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { configurationTable } from '../docs/write-configuration.ts';

const root = join(import.meta.dirname, '..');

test('docs/configuration.md is what the schemas say: run node docs/write-configuration.ts', () => {
  const written = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
  expect(written).toBe(configurationTable());
});

test.each(['README.md', 'docs/configuration.md'])(
  'every link in %s leads to a file',
  (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link ?? '');
    const folder = dirname(join(root, document));
    expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
  },
);
