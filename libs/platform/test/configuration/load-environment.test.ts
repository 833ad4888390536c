import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { AppError, loadEnvironment } from '../../src/index.ts';

const Config = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 5_000 }),
  PRETTY: Type.Boolean({ default: false }),
  DATABASE_URL: Type.Optional(Type.String({ minLength: 1 })),
  INTERNAL_KEY: Type.Optional(Type.String({ minLength: 16 })),
  MODE: Type.Union([Type.Literal('auto'), Type.Literal('recommend')], { default: 'recommend' }),
});

describe('the environment', () => {
  test('gives numbers, booleans and defaults, and nothing for what is empty', () => {
    const config = loadEnvironment(Config, {
      PORT: '13131',
      PRETTY: 'true',
      DATABASE_URL: '',
      HOME: '/',
    });
    expect(config).toEqual({ PORT: 13_131, PRETTY: true, MODE: 'recommend' });
  });

  test('is refused with every bad variable in one message', () => {
    const env = { PORT: 'many', PRETTY: 'maybe', MODE: 'manual', INTERNAL_KEY: 'secret' };
    const error = refusal(env);
    expect(error.errors.map(({ field }) => field)).toEqual([
      'PORT',
      'PRETTY',
      'INTERNAL_KEY',
      'MODE',
    ]);
    expect(error.message).toContain('PORT must be integer');
    expect(error.message).toContain('MODE must be one of "auto", "recommend"');
    expect(error.message).not.toContain('secret');
  });

  test('takes a secret from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slicecast-environment-'));
    const path = join(folder, 'key');
    await writeFile(path, 'a-long-enough-key\n');
    expect(loadEnvironment(Config, { INTERNAL_KEY_FILE: path })).toMatchObject({
      INTERNAL_KEY: 'a-long-enough-key',
    });
    const twice = refusal({ INTERNAL_KEY_FILE: path, INTERNAL_KEY: 'another-long-key' });
    expect(twice.message).toContain('INTERNAL_KEY is given twice');
    await rm(folder, { recursive: true });
  });

  test('names the file of a secret that cannot be read', () => {
    const error = refusal({ INTERNAL_KEY_FILE: '/nowhere/key' });
    expect(error.message).toContain('INTERNAL_KEY_FILE cannot be read');
    expect(error.message).toContain('/nowhere/key');
  });
});

function refusal(env: NodeJS.ProcessEnv): AppError {
  try {
    loadEnvironment(Config, env);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
