import { array, assert, asyncProperty, constantFrom, double, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/index.ts';

const value = double({ min: 0, max: 20, noNaN: true });
const status = constantFrom('200', '404', '"\\\n');

test('is written out as prom-client writes its own of the same values', async () => {
  const observed = array(tuple(status, value), { maxLength: 50 });
  await assert(
    asyncProperty(observed, async (values) => {
      const [own, other] = [createMetrics('trial'), createMetrics('trial')];
      const children = own.childHistogram('wait_seconds', 'Time waited');
      const theirs = other.histogram('wait_seconds', 'Time waited', ['method', 'status']);
      for (const [code, seconds] of values) {
        children.child({ method: 'GET', status: code }).observe(seconds);
        theirs.observe({ method: 'GET', status: code }, seconds);
      }
      expect((await own.text()).body).toBe((await other.text()).body);
    }),
  );
});

test('a bound belongs to its bucket', async () => {
  const metrics = createMetrics('trial');
  const child = metrics.childHistogram('wait_seconds', 'Time waited', [1, 2]).child({ of: 'a' });
  for (const seconds of [1, 2, 2.5]) child.observe(seconds);
  const { body } = await metrics.text();
  expect(body).toContain('wait_seconds_bucket{le="1",service="trial",of="a"} 1');
  expect(body).toContain('wait_seconds_bucket{le="2",service="trial",of="a"} 2');
  expect(body).toContain('wait_seconds_bucket{le="+Inf",service="trial",of="a"} 3');
});
