import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { type AcceptPlan, scaleOf } from '../testbed/src/lab/accept/plan.ts';
import { policyNames, runAcceptance } from '../testbed/src/lab/accept/run-acceptance.ts';
import { labOfName } from '../testbed/src/lab/network/layout.ts';
import { namesInUse } from '../testbed/src/lab/network/namespaces.ts';
import { requireLab } from '../testbed/src/lab/network/programs.ts';
import { readRecords } from '../testbed/src/lab/record.ts';
import { describeWhereAvailable } from '../testbed/src/servers/for-tests.ts';

/** The short form: the whole machinery, with too few rows to learn from and no time to judge a policy. */
const cycleSeconds = 15;
const plan: AcceptPlan = {
  stepMs: 1000,
  horizonSeconds: 2,
  cycleSeconds,
  profileCycles: 1,
  policyCycles: 1,
  scale: scaleOf(cycleSeconds),
  settleSeconds: 3,
  modelsMayLack: true,
};

await describeWhereAvailable('the acceptance run on a lab', requireLab, ({ ip }) => {
  const own = async () =>
    (await readRecords()).filter(({ pid }) => pid === process.pid).map(({ id }) => id);

  test('really changes the link, measures the KPI all along, and leaves nothing', async () => {
    const labs = new Set<string>();
    const noting = setInterval(async () => {
      for (const id of await own()) labs.add(id);
    }, 1000);
    const report = await runAcceptance({
      plan,
      seed: 1,
      logLevel: 'fatal',
      tell: () => undefined,
    }).finally(() => clearInterval(noting));
    // Ten rows are no profile, and without a model nothing acts.
    expect(report.models.map((model) => 'refused' in model)).toEqual([true, true]);
    for (const name of policyNames) {
      const { observedShare, reasons, seconds } = report.outcomes[name];
      expect(observedShare, name).toBeGreaterThan(0.9);
      expect(reasons.failed, name).toBeUndefined();
      expect(seconds).toBe(11);
    }
    const { reactive, predictive, ...alone } = report.outcomes;
    // Cost is counted by the flavor that the kernel had at each step.
    expect(alone['small only']).toMatchObject({ changes: 0, cost: 11 });
    expect(alone['large only']).toMatchObject({ changes: 0, cost: 33 });
    expect(alone['small only'].violationSeconds).toBeGreaterThan(0);
    expect([reactive.changes, predictive.changes]).toEqual([0, 0]);
    expect([reactive.cost, predictive.cost]).toEqual([11, 11]);
    expect(labs.size).toBe(1);
    const names = (await namesInUse(ip)).map(labOfName);
    for (const id of labs) {
      expect(names).not.toContain(id);
      expect(readdirSync('/run').filter((name) => name.includes(id))).toEqual([]);
      expect(existsSync(`${tmpdir()}/slicecast-lab-${id}`)).toBe(false);
    }
  }, 600_000);
});
