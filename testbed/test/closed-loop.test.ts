import { beforeAll, describe, expect, test } from 'vitest';
import { runDemo } from '../src/demo/run-demo.ts';
import type { Summary } from '../src/demo/summarise.ts';
import type { Screen } from '../src/demo/view/terminal.ts';

/** The whole job, as the demo does it, over the first 500 s of the live part: a peak and the way down from it. */
let summary: Summary;
const lines: string[] = [];

beforeAll(async () => {
  const screen: Screen = {
    columns: 100,
    line: (text = '') => lines.push(text),
    moving: () => undefined,
    settle: () => undefined,
  };
  summary = await runDemo({ screen, logLevel: 'silent', liveSeconds: 500 });
}, 180_000);

const recorded = [
  'node_sockstat_TCP_alloc',
  'node_sockstat_TCP_inuse',
  'node_netstat_Tcp_CurrEstab',
  'node_sockstat_sockets_used',
];

describe('the closed loop', () => {
  test.each(['1', '2'])(
    'takes 15 recorded metrics of flavor %s and not one distractor',
    (flavorId) => {
      const flavor = summary.flavors[flavorId];
      expect(flavor?.features).toHaveLength(15);
      expect(flavor?.features.filter((name) => !recorded.includes(name))).toEqual([]);
      expect(flavor?.refused).toMatchObject({ leaking: 2, constant: 40 });
    },
  );

  test("recognises the KPI's own series and proposes it as the live KPI", () => {
    expect(summary.proposedKpiQuery).toContain('client_read_latency_p99_milliseconds{');
  });

  test('leaves the small flavor before the peak does harm, and comes back after it', () => {
    expect(summary.changes.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [2, 1],
    ]);
    for (const { reason, leadTimeSeconds } of summary.changes) {
      expect(reason).toMatch(/^(forecast-violation|cheaper-flavor-keeps-sla)$/);
      expect(leadTimeSeconds).toBeGreaterThan(20);
    }
    const { slicecast, smallOnly, largeOnly } = summary.violationSeconds;
    expect(slicecast - largeOnly).toBeLessThanOrEqual(0.1 * (smallOnly - largeOnly));
    expect(summary.cost.slicecast).toBeLessThan(summary.cost.largeOnly);
  });

  test('calls the tenant back for each flavor', () => {
    expect(summary.callbacks.map(({ event, flavorId }) => [event, flavorId])).toEqual([
      ['profile.ready', 1],
      ['profile.ready', 2],
    ]);
  });

  test('ends with a summary in words', () => {
    expect(lines.join('\n')).toMatch(/Summary of 500 seconds/);
  });
});
