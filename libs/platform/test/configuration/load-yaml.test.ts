import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../src/configuration/load-yaml.ts';
import { loadYaml } from '../../src/index.ts';

const strict = { additionalProperties: false };
const Config = Type.Object(
  {
    slices: Type.Array(
      Type.Object(
        { id: Type.Integer(), bound: Type.Number(), unit: Type.String({ default: 'ms' }) },
        strict,
      ),
    ),
  },
  strict,
);

describe('a configuration file', () => {
  test('gives what is in it, with defaults', () => {
    expect(parseYaml('slices:\n  - id: 1\n    bound: 180\n', 'a.yaml', Config)).toEqual({
      slices: [{ id: 1, bound: 180, unit: 'ms' }],
    });
  });

  test('is refused with every fault, each at its line and column', () => {
    const text = 'slices:\n  - id: one\n    bound: 180\n    colour: red\n  - id: 2\nslcies: []\n';
    expect(() => parseYaml(text, 'a.yaml', Config)).toThrow(
      [
        'a.yaml:2:9 slices.0.id must be integer, not "one"',
        'a.yaml:4:5 slices.0.colour is not known here; there is id, bound, unit',
        'a.yaml:5:5 slices.1.bound is missing',
        'a.yaml:6:1 slcies is not known here; there is slices',
      ].join('\n'),
    );
  });

  test.each([
    ['text that is no YAML', 'slices: [1, 2', 'a.yaml:1:'],
    ['a key twice', 'slices: []\nslices: []\n', 'a.yaml:2:1 '],
    ['nothing in it', '', 'a.yaml:1:1 the file must be object'],
  ])('with %s is refused', (_title, text, expected) => {
    expect(() => parseYaml(text, 'a.yaml', Config)).toThrow(expected);
  });

  test('is read from disk, and named when it is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slicecast-yaml-'));
    const path = join(folder, 'slicecast.yaml');
    await expect(loadYaml(path, Config)).rejects.toThrow(`${path} cannot be read`);
    await writeFile(path, 'slices: []\n');
    expect(await loadYaml(path, Config)).toEqual({ slices: [] });
    await rm(folder, { recursive: true });
  });
});
