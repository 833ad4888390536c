import { table } from '../../demo/view/terminal.ts';
import { labSettings } from '../settings.ts';
import { type AcceptPlan, policiesOf } from './plan.ts';
import { policyNames, type SeedReport } from './run-acceptance.ts';

/** What the suite is held to where a run is long enough to judge. */
export const aims = { violationRatio: 0.4, costShare: 0.75 } as const;

export interface AcceptReport {
  readonly plan: AcceptPlan;
  readonly settings: typeof labSettings;
  readonly policies: ReturnType<typeof policiesOf>;
  readonly seeds: readonly SeedReport[];
  /** Predictive against reactive, and against the large flavor alone; one a seed. */
  readonly violationRatios: readonly number[];
  readonly costShares: readonly number[];
}

export function reportOn(plan: AcceptPlan, seeds: readonly SeedReport[]): AcceptReport {
  return {
    plan,
    settings: labSettings,
    policies: policiesOf(plan),
    seeds,
    violationRatios: seeds.map(({ outcomes: { predictive, reactive } }) =>
      ratio(predictive.violationSeconds, reactive.violationSeconds),
    ),
    costShares: seeds.map(({ outcomes: { predictive, 'large only': large } }) =>
      ratio(predictive.cost, large.cost),
    ),
  };
}

export function linesOfSeed({ seed, outcomes }: SeedReport): readonly string[] {
  const large = outcomes['large only'];
  const rows = policyNames.map((name) => {
    const { violationSeconds, seconds, cost, changes, leadTimeSeconds } = outcomes[name];
    return [
      name,
      `${violationSeconds} of ${seconds}`,
      `${cost}`,
      percent(cost / large.cost),
      `${changes}`,
      leadTimeSeconds === null
        ? '–'
        : `${leadTimeSeconds.median} (shortest ${leadTimeSeconds.shortest})`,
    ];
  });
  const head = ['policy', 'violation-seconds', 'cost', 'of large only', 'changes', 'lead time, s'];
  return ['', `Seed ${seed}`, ...table([head, ...rows])];
}

export function closingLines(report: AcceptReport): readonly string[] {
  const { plan, policies, violationRatios, costShares } = report;
  const { reactive, predictive } = policies;
  const met = violationRatios.every((each) => each <= aims.violationRatio);
  const cheap = costShares.every((each) => each <= aims.costShare);
  return [
    '',
    `A cycle is ${plan.cycleSeconds} s, ${plan.scale.toFixed(3)} of the recorded one, and all times go with it: horizon ${plan.horizonSeconds} s; reactive looks every ${reactive.syncSeconds} s at a mean of ${reactive.windowSeconds} s and goes down after ${reactive.downStabilisationSeconds} s; predictive rests ${predictive.cooldownUpSeconds} s before a way up, ${predictive.cooldownDownSeconds} s before one down.`,
    `violation-seconds, predictive / reactive: ${spread(violationRatios)} (aim: at most ${aims.violationRatio}${met ? '' : '; MISSED'})`,
    `cost, predictive / large only:            ${spread(costShares)} (aim: at most ${aims.costShare}${cheap ? '' : '; MISSED'})`,
  ];
}

/** Of one seed the value, of several lowest, median and highest. */
function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const [lowest = Number.NaN] = sorted;
  if (sorted.length === 1) return lowest.toFixed(2);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const highest = sorted.at(-1) ?? Number.NaN;
  return `${lowest.toFixed(2)}, ${middle.toFixed(2)}, ${highest.toFixed(2)} (lowest, median, highest of ${sorted.length} seeds)`;
}

/** 0 of 0 is no worse. */
function ratio(a: number, b: number): number {
  return a === 0 && b === 0 ? 1 : a / b;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
