import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { every, silentLogger } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { type AcceptPlan, scaleOf } from '../testbed/src/lab/accept/plan.ts';
import { policyNames, runAcceptance } from '../testbed/src/lab/accept/run-acceptance.ts';
import { labOfName } from '../testbed/src/lab/network/layout.ts';
import { namesInUse } from '../testbed/src/lab/network/namespaces.ts';
import { requireLab } from '../testbed/src/lab/network/programs.ts';
import { readRecords } from '../testbed/src/lab/record.ts';
import { describeWhereAvailable } from '../testbed/src/servers/for-tests.ts';
import { madeUpPast } from '../testbed/test/lab/support/made-up-past.ts';

/** The short form: the whole machinery on a past that is made up; no policy is judged by it. */
const cycleSeconds = 25;
const plan: AcceptPlan = {
  stepMs: 1000,
  horizonSeconds: 3,
  cycleSeconds,
  profileCycles: 0,
  policyCycles: 1,
  scale: scaleOf(cycleSeconds),
  settleSeconds: 8,
};
/** Less the settling, and the second before the next policy. */
const judgedSeconds = cycleSeconds - 9;

await describeWhereAvailable('the acceptance run on a lab', requireLab, ({ ip }) => {
  const own = async () =>
    (await readRecords()).filter(({ pid }) => pid === process.pid).map(({ id }) => id);

  test('really changes the link, measures the KPI all along, and leaves nothing', async () => {
    const labs = new Set<string>();
    const noting = every({
      name: 'note-labs',
      periodMs: 1000,
      logger: silentLogger,
      run: async () => {
        for (const id of await own()) labs.add(id);
      },
    });
    const report = await runAcceptance({
      plan,
      seed: 1,
      past: madeUpPast(Date.now()),
      logLevel: 'fatal',
      tell: () => undefined,
    }).finally(() => noting.stop());
    expect(report.models.map(({ flavorId, xAlone }) => [flavorId, xAlone.gated])).toEqual([
      [1, true],
      [2, true],
    ]);
    for (const name of policyNames) {
      const { observedShare, reasons, seconds } = report.outcomes[name];
      expect(observedShare, name).toBeGreaterThan(0.9);
      expect(reasons.failed, name).toBeUndefined();
      expect(seconds).toBe(judgedSeconds);
    }
    const { 'small only': small, 'large only': large, ...acting } = report.outcomes;
    // Cost is counted by the flavor that the kernel had at each step.
    expect(small).toMatchObject({ changes: 0, cost: judgedSeconds });
    expect(large).toMatchObject({ changes: 0, cost: 3 * judgedSeconds });
    expect(small.violationSeconds).toBeGreaterThan(0);
    // Whether a policy acts within one cycle is the machine's speed; that nothing else does is not.
    for (const { changes, reasons } of Object.values(acting)) {
      const applied = Object.values(reasons).reduce((sum, count) => sum + count, 0);
      expect(changes).toBeLessThanOrEqual(applied);
    }
    expect(labs.size).toBe(1);
    const names = (await namesInUse(ip)).map(labOfName);
    for (const id of labs) {
      expect(names).not.toContain(id);
      expect(readdirSync('/run').filter((name) => name.includes(id))).toEqual([]);
      expect(existsSync(`${tmpdir()}/slicecast-lab-${id}`)).toBe(false);
    }
  }, 600_000);
});
