import { expect, test } from 'vitest';
import { silentLogger } from '../../src/index.ts';
import { stopAll } from '../../src/loops/run-until-signal.ts';

const logger = silentLogger;

test('stops the parts in the reverse of their order', async () => {
  const stopped: string[] = [];
  const parts = [
    { close: async () => void stopped.push('database') },
    { close: async () => void stopped.push('log') },
    { stop: async () => void stopped.push('service') },
  ];
  expect(await stopAll({ logger, parts })).toBe(true);
  expect(stopped).toEqual(['service', 'log', 'database']);
});

test('stops the others when one fails, and says that it was not clean', async () => {
  const stopped: string[] = [];
  const failing = {
    stop: async () => {
      throw new Error('stuck');
    },
  };
  const parts = [{ close: async () => void stopped.push('log') }, failing];
  expect(await stopAll({ logger, parts })).toBe(false);
  expect(stopped).toEqual(['log']);
});

test('gives up when the grace period is over', async () => {
  const parts = [{ stop: () => new Promise<void>(() => undefined) }];
  expect(await stopAll({ logger, parts, graceMs: 1 })).toBe(false);
});
