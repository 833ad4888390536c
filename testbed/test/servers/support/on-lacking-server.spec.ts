/** Run by for-tests.test.ts alone, on a path without Prometheus. */
import { expect, test } from 'vitest';
import { describeOnServer } from '../../../src/servers/for-tests.ts';

await describeOnServer('prometheus', 'what needs Prometheus', ({ address }) => {
  test('asks it', async () => {
    expect((await fetch(address)).ok).toBe(true);
  });
});
