import type { SliceForecast } from '@slicecast/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../src/domain/decide.ts';
import { decideOnSilence } from '../../src/domain/decide-on-silence.ts';
import { initialDeciderState } from '../../src/domain/decider-state.ts';
import { explain } from '../../src/domain/explain.ts';
import type { ChangeFact } from '../../src/domain/limits.ts';
import { type ForecastAt, runDecider } from './run-decider.ts';
import { aForecast, aSlice, mloV2Policy, predictivePolicy, T0 } from './samples.ts';

const flavors = [
  { id: 1, name: 'small', pricePerHour: 1, rank: 1 },
  { id: 2, name: 'medium', pricePerHour: 2, rank: 2 },
  { id: 3, name: 'large', pricePerHour: 4, rank: 3 },
];

const probability = fc.oneof(
  fc.constantFrom(0, 0.1, 0.9, 1),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const quality = fc.constantFrom<SliceForecast['inputQuality']>(
  'fresh',
  'fresh',
  'fresh',
  'degraded',
  'bad',
);
const tick = fc.record({
  gapSeconds: fc.constantFrom(1, 1, 1, 1, 2, 10, 300),
  quality,
  probabilities: fc.tuple(probability, probability, probability),
  median: fc.constantFrom(10, 100, 200),
  observedKpi: fc.constantFrom(null, 10, 100, 400),
  observedLoad: fc.constantFrom(null, -1, 0, 1),
  gated: fc.tuple(fc.boolean(), fc.constant(true), fc.boolean()),
  stale: fc.constantFrom(false, false, false, true),
});
const limits = fc.record(
  {
    cooldownUpSeconds: fc.integer({ min: 0, max: 60 }),
    cooldownDownSeconds: fc.integer({ min: 0, max: 60 }),
    maxChangesPerHour: fc.integer({ min: 0, max: 5 }),
    minFlavor: fc.constantFrom(1, 2),
    maxFlavor: fc.constantFrom(2, 3),
  },
  { requiredKeys: [] },
);
const policy = fc.oneof(
  limits.map((each) => predictivePolicy({ ...each, up: { probability: 0.2, m: 1, n: 2 } })),
  limits.map((each) => predictivePolicy(each)),
  limits.map((each) => mloV2Policy(each)),
  limits.map((each) => ({ ...each, kind: 'reactive' as const, syncSeconds: 2, windowSeconds: 2 })),
  limits.map((each) => ({
    ...each,
    kind: 'load-threshold' as const,
    capacities: { 1: -0.5, 2: 0.5 },
    windowSeconds: 2,
    downSeconds: 2,
  })),
);
const scenario = fc.record({
  policy,
  flavorInForce: fc.constantFrom(1, 2, 3),
  mode: fc.constantFrom('auto' as const, 'recommend' as const),
  paused: fc.constantFrom(false, false, false, true),
  load: fc.array(tick, { minLength: 1, maxLength: 120 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function runScenario({ policy, flavorInForce, mode, paused, load }: Scenario, roundTrip = false) {
  const ticks: number[] = [];
  for (const each of load) ticks.push((ticks.at(-1) ?? T0) + each.gapSeconds * 1000);
  const forecastAt: ForecastAt = (at, slice) => {
    const each = load[ticks.indexOf(at)];
    if (each === undefined) throw new Error('no such tick');
    const [p1, p2, p3] = each.probabilities;
    const medians = { 1: each.median, 2: each.median, 3: each.median };
    const epoch = each.stale ? slice.epoch + 1 : slice.epoch;
    const { observedKpi, observedLoad, quality: inputQuality } = each;
    const { flavorInForce } = slice;
    const head = { epoch, flavorInForce, inputQuality, medians, observedKpi, observedLoad };
    const forecast = aForecast(at, { 1: p1, 2: p2, 3: p3 }, head);
    const forecasts = forecast.forecasts.map((one, i) => ({
      ...one,
      gated: each.gated[i] ?? false,
    }));
    return { ...forecast, forecasts };
  };
  const slice = aSlice({ policy, flavorInForce, mode, paused, flavors });
  const run = runDecider({ slice, ticks, forecastAt, roundTrip });
  return { ...run, ticks, load, start: slice };
}

const property = (check: (run: ReturnType<typeof runScenario>) => void) =>
  fc.assert(
    fc.property(scenario, (each) => check(runScenario(each))),
    { numRuns: 200 },
  );

test('bad, stale or unproven input never changes a flavor', () => {
  property(({ decisions, load, start }) => {
    const forecasts = ['predictive', 'mlo-v2'].includes(start.policy.kind);
    decisions.forEach((decision, i) => {
      if (decision.action === 'keep') return;
      const each = load[i];
      // The autoscaler goes by the KPI alone.
      if (start.policy.kind === 'reactive') expect(each?.observedKpi).not.toBe(null);
      else expect(each?.quality).not.toBe('bad');
      expect(each?.stale).toBe(false);
      if (forecasts) expect(each?.gated[decision.toFlavor - 1]).toBe(true);
    });
  });
});

test('no hour holds more changes than the budget', () => {
  property(({ changes, start }) => {
    const most = start.policy.maxChangesPerHour ?? 60;
    for (const { at } of changes) {
      const within = changes.filter((other) => other.at <= at && other.at > at - 3_600_000);
      expect(within.length).toBeLessThanOrEqual(most);
    }
  });
});

test('no change leads outside the bounds, and each follows the cooldown of its direction', () => {
  property(({ changes, start }) => {
    const {
      minFlavor = 1,
      maxFlavor = 3,
      cooldownUpSeconds = 0,
      cooldownDownSeconds = 0,
    } = start.policy;
    changes.forEach((change, i) => {
      expect(change.to).toBeGreaterThanOrEqual(minFlavor);
      expect(change.to).toBeLessThanOrEqual(maxFlavor);
      const before = changes[i - 1];
      // The way back from a change that made it worse waits for no cooldown.
      if (before === undefined || change.reason === 'worse-than-forecast') return;
      const pause = (change.at - before.inForceAt) / 1000;
      expect(pause).toBeGreaterThanOrEqual(change.up ? cooldownUpSeconds : cooldownDownSeconds);
    });
  });
});

test('the same input gives the same decision, also through JSON', () => {
  fc.assert(
    fc.property(scenario, (each) => {
      const plain = runScenario(each);
      expect(runScenario(each).decisions).toEqual(plain.decisions);
      expect(runScenario(each, true).decisions).toEqual(plain.decisions);
    }),
    { numRuns: 100 },
  );
});

test('every decision has a reason that can be told in words', () => {
  property(({ decisions, start }) => {
    for (const decision of decisions) {
      expect(explain(decision, start)).toMatch(/^At .* slice 1 (keeps|moves|would move) .+: .+\.$/);
      expect(decision.action === 'keep').toBe(decision.toFlavor === decision.fromFlavor);
    }
  });
});

test('a silence brings the safe flavor exactly once, and again only after input returned', () => {
  const silence = fc.array(fc.constantFrom('usable', 'bad', 'nothing' as const), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(silence, (seconds) => {
      const slice = aSlice({ policy: predictivePolicy({ silenceSeconds: 20, safeFlavor: 2 }) });
      let state = initialDeciderState(slice.policy);
      let changes: ChangeFact[] = [];
      let quietSeconds = 0;
      let expected = 0;
      seconds.forEach((kind, i) => {
        const at = T0 + i * 1000;
        if (kind !== 'nothing') {
          const inputQuality = kind === 'usable' ? 'fresh' : 'bad';
          const forecast = aForecast(at, { 1: 0, 2: 0 }, { inputQuality });
          const input = {
            forecast,
            slice,
            state,
            changes,
            changeSeconds: 3,
            ageSeconds: 0,
            maxAgeSeconds: 10,
          };
          state = decide(input).state;
        }
        quietSeconds = kind === 'usable' ? 0 : quietSeconds + 1;
        if (quietSeconds === 20) expected += 1;
        const decided = decideOnSilence({
          slice,
          state,
          now: at,
          watchingSince: T0 - 1000,
          changes,
        });
        if (decided === null) return;
        state = decided.state;
        changes = [...changes, { at, origin: 'silence', status: 'applied', settledAt: at }];
      });
      expect(changes.length).toBe(expected);
    }),
    { numRuns: 200 },
  );
});
