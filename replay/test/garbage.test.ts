import { featureId, type Policy, type Reason, type SliceState } from '@slicecast/contracts';
import { logLad } from '@slicecast/forecasting/domain/models/linear.ts';
import type { Model } from '@slicecast/forecasting/domain/models/model.ts';
import { gridOf } from '@slicecast/forecasting/domain/profile-series.ts';
import { rollOrigin } from '@slicecast/forecasting/domain/rolling-origin.ts';
import { fitIntervals } from '@slicecast/forecasting/domain/trained-intervals.ts';
import { plainLook } from '@slicecast/forecasting/domain/trained-view.ts';
import { explain } from '@slicecast/sro/domain/explain.ts';
import { checkPolicy } from '@slicecast/sro/domain/policies/check-policy.ts';
import { beforeAll, expect, test } from 'vitest';
import type { IdentifiedFeature } from '../../services/ima/src/domain/union-features.ts';
import { type Models, profileOf, trainModels } from '../src/run/train-models.ts';
import { recordCase, syntheticSlice } from '../src/synthetic/record-case.ts';
import { createDice, type Dice, walk } from '../src/synthetic/walk.ts';
import { type Fault, FaultyFeed, faultKinds } from './garbage/faulty-feed.ts';
import { type GarbageOptions, type GarbageRun, runGarbage } from './garbage/run-garbage.ts';

const runs = 10_000;
const learned = 1200;
/** Loads that wander across what the small flavor carries, without a cycle. */
const wandering = {
  name: 'wandering',
  unknown: 'nothing',
  load(seed: number, seconds: number) {
    const dice = createDice(seed);
    const work = walk(dice, seconds, 120).map((each) => Math.max(0.05, 0.55 + 0.3 * each));
    const seen = [1, 40, -3, 12].map((scale) =>
      work.map((value) => scale * (10 * value + 0.15 * dice.normal())),
    );
    return { work, seen };
  },
};
const recording = recordCase(wandering, 3, 4000);
const columns = recording.features.length;
/** With fewer than this many of its four features a model has not passed its gate. */
const fewestFeatures = 3;
const features: readonly IdentifiedFeature[] = recording.features.map((feature) => ({
  id: featureId(feature),
  feature: { ...feature, longestUnchangedMs: 2000 },
}));

let models: Models;
let ungated: Models;

beforeAll(() => {
  const trained = trainModels(recording, syntheticSlice(), learned);
  models = inCharge(trained, true);
  ungated = inCharge(trained, false);
}, 600_000);

const lines = [logLad] as readonly unknown[] as readonly Model[];
const watch = { before: () => undefined, elapsedMs: () => 0 };

/** One quick line in place of each blend: 10,000 runs are to take seconds, and how well it forecasts is nothing to them. */
function inCharge(trained: Models, gated: boolean): Models {
  return new Map(
    [...trained].map(([flavorId, { modelId, model }]) => {
      const grid = gridOf(profileOf(recording, flavorId, learned));
      const clock = {
        stepMs: model.stepMs,
        horizonSteps: (1000 * model.horizonSeconds) / model.stepMs,
      };
      const part = { ...plainLook(grid, learned, clock), end: learned };
      const of = (
        { rivals: _none, ...champion }: typeof model.liveKpi,
        mode: 'live-kpi' | 'x-alone',
      ) => {
        const fitted = logLad.fit(part, mode);
        // How far off the line is, not how far the blend was, whose residuals are measured in its spread.
        const rolled = rollOrigin(grid, clock, part.basis.cycle?.period ?? null, watch, {
          models: lines,
          modes: [mode],
          look: plainLook,
        });
        const [outOfFold] = rolled.models;
        if (fitted === null || outOfFold === undefined) throw new Error('no line could be fitted');
        return {
          ...champion,
          ...fitIntervals(outOfFold, rolled, clock.horizonSteps),
          members: [{ name: logLad.name, weight: 1, spreadWeight: 0, fitted }],
          scoreboard: { ...champion.scoreboard, gated },
        };
      };
      const changed = {
        ...model,
        basis: part.basis,
        fewestFeatures,
        liveKpi: of(model.liveKpi, 'live-kpi'),
        xAlone: of(model.xAlone, 'x-alone'),
      };
      return [flavorId, { modelId, model: changed }];
    }),
  );
}

function pick<T>(dice: Dice, from: readonly T[]): T {
  const found = from[Math.floor(dice.between(0, from.length))];
  if (found === undefined) throw new RangeError('nothing to pick from');
  return found;
}

const chance = (dice: Dice, share: number) => dice.between(0, 1) < share;

/** Changes as soon as it may. */
const bold = {
  up: { probability: 0.5, m: 1, n: 1 },
  down: { probability: 0.5, m: 1, n: 1 },
  acceptableViolationProbability: 0.5,
};

function policyOf(dice: Dice): Policy {
  const guards = {
    cooldownUpSeconds: pick(dice, [0, 5]),
    cooldownDownSeconds: pick(dice, [0, 5, 20]),
    maxChangesPerHour: pick(dice, [0, 1, 2, 5, 60]),
    ...(chance(dice, 0.5) ? { settleSeconds: 0, verifySeconds: 6 } : {}),
    ...(chance(dice, 0.2) ? { minFlavor: 2 } : {}),
    ...(chance(dice, 0.2) ? { maxFlavor: 1 } : {}),
    ...(chance(dice, 0.7)
      ? { silenceSeconds: pick(dice, [5, 10]), safeFlavor: pick(dice, [1, 2]) }
      : {}),
  };
  const policy = pick<Policy>(dice, [
    { kind: 'predictive', ...guards },
    { kind: 'predictive', ...bold, ...guards },
    {
      kind: 'mlo-v2',
      upperBound: 150,
      lowerBound: 60,
      historySamples: pick(dice, [0, 5]),
      ...guards,
    },
    { kind: 'reactive', syncSeconds: 3, windowSeconds: 3, downStabilisationSeconds: 5, ...guards },
    { kind: 'load-threshold', capacities: { 1: 0.3 }, windowSeconds: 3, downSeconds: 5, ...guards },
  ]);
  return checkPolicy(policy, syntheticSlice().flavors).length === 0 ? policy : policyOf(dice);
}

function faultsOf(dice: Dice, ticks: number): Fault[] {
  return Array.from({ length: Math.floor(dice.between(0, 4)) }, () => {
    const from = Math.floor(dice.between(0, ticks));
    const all = Array.from({ length: columns }, (_, column) => column);
    return {
      kind: pick(dice, faultKinds),
      columns: chance(dice, 0.6) ? all : all.filter(() => chance(dice, 0.5)),
      from,
      to: from + Math.ceil(dice.between(1, 30)),
    };
  });
}

interface Scenario extends Omit<GarbageOptions, 'feed'> {
  readonly faults: readonly Fault[];
  readonly failing: boolean;
}

function scenarioOf(seed: number): Scenario {
  const dice = createDice(seed);
  const ticks = Math.ceil(dice.between(15, 50));
  const begin = Math.floor(dice.between(learned, recording.at.length - ticks));
  const slice: SliceState = {
    ...syntheticSlice(),
    policy: policyOf(dice),
    flavorInForce: pick(dice, [1, 2]),
    mode: chance(dice, 0.9) ? 'auto' : 'recommend',
    paused: chance(dice, 0.03),
  };
  const failing = chance(dice, 0.15);
  const kpiless = chance(dice, 0.2);
  const worse = chance(dice, 0.3) ? pick(dice, [1, 2]) : null;
  const lagging = chance(dice, 0.1) ? Math.floor(dice.between(0, ticks)) : null;
  const old = chance(dice, 0.1) ? Math.floor(dice.between(0, ticks)) : null;
  return {
    recording,
    models: chance(dice, 0.05) ? ungated : models,
    slice,
    begin,
    ticks,
    changeSeconds: pick(dice, [0, 2, 5]),
    faults: faultsOf(dice, ticks),
    failing,
    fails: () => failing,
    kpiAt: (tick) => !(kpiless && tick % 3 > 0),
    kpiFactor: (flavorId) => (flavorId === worse ? 10 : 1),
    ageSeconds: (tick) => (tick === old ? 11 : 0.1),
    lags: (tick) => tick === lagging,
  };
}

function run(scenario: Scenario, faults = scenario.faults): GarbageRun {
  const feed = new FaultyFeed(recording, features, scenario.begin, faults);
  return runGarbage({ ...scenario, feed });
}

/** The autoscaler goes by the KPI alone, every other policy by the features. */
function isUnusable({ slice }: Scenario, message: GarbageRun['ticks'][number]['message']): boolean {
  return slice.policy.kind === 'reactive'
    ? message.observedKpi === null
    : message.inputQuality === 'bad';
}

/** Stretches of ticks without usable input, as indices: from <= tick < to. */
function silencesOf(scenario: Scenario, { ticks }: GarbageRun): { from: number; to: number }[] {
  const silences: { from: number; to: number }[] = [];
  ticks.forEach(({ message }, k) => {
    if (!isUnusable(scenario, message)) return;
    const last = silences.at(-1);
    if (last?.to === k) last.to = k + 1;
    else silences.push({ from: k, to: k + 1 });
  });
  return silences;
}

/** Silences that had not exactly one fallback where one was due, and none where none was. */
function fallbackFaults(scenario: Scenario, done: GarbageRun): string[] {
  const { slice, failing, changeSeconds } = scenario;
  const { silenceSeconds, safeFlavor, maxChangesPerHour = 60 } = slice.policy;
  const wanted = silenceSeconds !== undefined && safeFlavor !== undefined && !slice.paused;
  const spent = done.changes.length >= maxChangesPerHour;
  return silencesOf(scenario, done).flatMap(({ from, to }) => {
    const made = done.ticks.slice(from, to).filter(({ fallback }) => fallback !== null).length;
    // A change under way is waited for; the pause after a failure is longer than any of these runs.
    const due = wanted && !spent && !failing && to - from >= silenceSeconds + changeSeconds + 2;
    return made > (wanted ? 1 : 0) || (due && made === 0)
      ? [`${made} fallbacks in the silence from tick ${from} to ${to}`]
      : [];
  });
}

function changeFaults(scenario: Scenario, done: GarbageRun): string[] {
  const { slice } = scenario;
  const { minFlavor = 1, maxFlavor = 2, maxChangesPerHour = 60 } = slice.policy;
  const many = done.changes.length > maxChangesPerHour ? ['more changes than the budget'] : [];
  const harmful = done.ticks.flatMap(({ decision, fallback, message, deadColumns }, tick) => {
    const bad = message.inputQuality === 'bad';
    const made = [decision, fallback].filter((each) => each?.action === 'change');
    const outside = made.some(
      (each) => each && (each.toFlavor < minFlavor || each.toFlavor > maxFlavor),
    );
    return [
      ...(deadColumns > columns - fewestFeatures && !bad ? [`tick ${tick} passes for usable`] : []),
      ...(isUnusable(scenario, message) && decision.action === 'change'
        ? [`a change on the bad input of tick ${tick}`]
        : []),
      ...(outside ? [`a change out of the bounds at tick ${tick}`] : []),
    ];
  });
  return [...many, ...harmful];
}

/** Every reason that a tick or a silence can have; the others are those of people, and of two flavors' ends. */
const reachable: readonly Reason[] = [
  'forecast-violation',
  'cheaper-flavor-keeps-sla',
  'sla-cannot-be-met',
  'upper-bound-reached',
  'lower-bound-reached',
  'kpi-beyond-target',
  'kpi-below-target',
  'load-above-capacity',
  'load-fits-cheaper-flavor',
  'silence-fallback',
  'worse-than-forecast',
  'within-sla',
  'votes-pending',
  'between-syncs',
  'stabilising',
  'no-cheaper-flavor',
  'no-higher-flavor',
  'cooldown',
  'backing-off',
  'budget-exhausted',
  'revert-pause',
  'change-in-progress',
  'paused',
  'bad-input',
  'no-kpi',
  'no-skill',
  'stale-epoch',
  'superseded',
  'warming-up',
];

test(`in ${runs} runs over faulty feeds nothing harmful is done, and everything has its reason`, () => {
  const reasons = new Set<string>();
  let changes = 0;
  let silences = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const scenario = scenarioOf(seed);
    const done = run(scenario);
    const faults = [...changeFaults(scenario, done), ...fallbackFaults(scenario, done)];
    if (done.unequal > 0) faults.push('the same input gave another decision');
    expect({ seed, faults, of: scenario.faults }).toEqual({
      seed,
      faults: [],
      of: scenario.faults,
    });
    const told = done.ticks.flatMap(({ decision, fallback }) =>
      fallback === null ? [decision] : [decision, fallback],
    );
    for (const each of told.filter(({ reason }) => !reasons.has(reason))) {
      expect(explain(each, scenario.slice)).toMatch(/^At .+: .+\.$/);
      reasons.add(each.reason);
    }
    changes += done.changes.length;
    silences += silencesOf(scenario, done).length;
  }
  expect([...reasons].sort()).toEqual([...reachable].sort());
  // Not for want of anything to do.
  expect(changes).toBeGreaterThan(runs / 10);
  expect(silences).toBeGreaterThan(runs / 10);
}, 600_000);

test('samples that come twice or in disorder change no decision', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const scenario = scenarioOf(seed);
    const all = Array.from({ length: columns }, (_, column) => column);
    const always = { columns: all, from: 0, to: scenario.ticks };
    const clean = run(scenario, []).ticks.map(({ decision }) => decision);
    for (const kind of ['duplicated', 'disordered'] as const) {
      expect(run(scenario, [{ ...always, kind }]).ticks.map(({ decision }) => decision)).toEqual(
        clean,
      );
    }
  }
}, 600_000);
