import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Copy, From } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ports, serviceNames } from '../src/ports.ts';
import { readCompose, readText, root } from './support/files.ts';
import { isInContext, readStages } from './support/native-image.ts';

const final = ['services', 'recorded-prometheus'] as const;

function argumentsOf(stage: string, keyword: string): readonly string[] {
  return (readStages().get(stage) ?? [])
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => instruction.getArgumentsContent() ?? '');
}

test('the Dockerfile has no fault that its linter knows', () => {
  const faults = validate(readText('Dockerfile')).map(({ message }) => message);
  expect(faults).toEqual([]);
});

test('all that the Dockerfile copies is there, and let through by .dockerignore', () => {
  const copies = [...readStages().values()]
    .flat()
    .filter((instruction): instruction is Copy => instruction.getKeyword() === 'COPY')
    .filter((copy) => copy.getFromFlag() === null)
    .flatMap((copy) => copy.getArguments().map((argument) => argument.getValue()))
    .filter((path) => !path.startsWith('.'));
  expect(copies.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(copies.filter((path) => !isInContext(path))).toEqual([]);
  expect(copies).toContain('libs');
});

test('secrets, data and what packages bring stay out of the build', () => {
  const out = ['secrets/database-url', 'data/log', '.git/config', 'libs/stats/node_modules/a.js'];
  expect(out.filter(isInContext)).toEqual([]);
});

test("each image is of the Node and the pnpm that the workspace's tests run with", () => {
  const { importers } = parse(readText('pnpm-lock.yaml'));
  const node: string = importers['.'].devDependencies.node.version;
  const bases = [...readStages().values()].map(([from]) => (from as From).getImage() ?? '');
  const outside = bases.filter((base) => !readStages().has(base));
  expect(new Set(outside)).toEqual(new Set([`node:${node}-bookworm-slim`]));
  for (const line of readText('Dockerfile').match(/pnpm@\S+/g) ?? []) {
    expect(line).toMatch(/^pnpm@12\.\d+\.\d+$/);
  }
});

test.each(final)('%s runs as a user that is not root, with a health check', (stage) => {
  expect(argumentsOf(stage, 'USER')).toEqual(['1000:1000']);
  expect(argumentsOf(stage, 'HEALTHCHECK')).toHaveLength(1);
  expect(argumentsOf(stage, 'ENTRYPOINT')[0]).toMatch(/^\["node", /);
});

test('the image exposes the ports of the services', () => {
  expect(argumentsOf('services', 'EXPOSE')).toEqual([
    serviceNames.map((name) => ports[name]).join(' '),
  ]);
});

test('the Compose file builds stages that the Dockerfile has', () => {
  const built = Object.values(readCompose().services).flatMap(({ build }) => build?.target ?? []);
  expect(new Set(built)).toEqual(new Set(final));
});
