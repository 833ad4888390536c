import type { Flavor, LoadThresholdPolicy } from '@slicecast/contracts';
import { Type } from 'typebox';
import { definePolicy, type Numbers, type Outcome } from './policy-rule.ts';
import { meanOf, noValues, RecentValues, withHighest, withValue } from './recent-values.ts';

export const loadThresholdDefaults = {
  windowSeconds: 15,
  margin: 0,
  downSeconds: 60,
} as const;

const Memory = Type.Object({
  load: RecentValues,
  /** Means of late, the highest first. */
  highest: RecentValues,
});

/**
 * The cheapest flavor that carries the load seen now: up at once when the flavor in force does not, down
 * when a cheaper one has carried all of it for `downSeconds`. It knows the load, not what is coming.
 */
export const loadThreshold = definePolicy<LoadThresholdPolicy, typeof Memory>({
  kind: 'load-threshold',
  goesBy: 'load',
  limits: { cooldownUpSeconds: 0, cooldownDownSeconds: 0, maxChangesPerHour: 60 },
  memory: Memory,
  start: () => ({ load: noValues, highest: noValues }),

  observe({ forecast }, policy, memory) {
    const { at, observedLoad } = forecast;
    if (observedLoad === null || observedLoad === undefined) return memory;
    const settings = { ...loadThresholdDefaults, ...policy };
    const spanMs = settings.windowSeconds * 1000;
    const load = withValue(memory.load, { at, value: observedLoad, spanMs });
    const value = meanOf(load);
    const held = { at, value, spanMs: Math.max(1, settings.downSeconds * 1000) };
    return { load, highest: withHighest(memory.highest, held) };
  },

  choose({ slice, forecast, allowed }, policy, memory): Outcome {
    const settings = { ...loadThresholdDefaults, ...policy };
    const capacity = (flavor: Flavor) =>
      policy.capacities[String(flavor.id)] ?? Number.POSITIVE_INFINITY;
    const own = slice.flavors.find(({ id }) => id === slice.flavorInForce);
    const load = memory.load.at.at(-1) === forecast.at ? meanOf(memory.load) : null;
    const highestLoad = memory.highest.values[0] ?? null;
    const cheaper = cheapest(
      allowed.filter((flavor) => own !== undefined && flavor.pricePerHour < own.pricePerHour),
    );
    const numbers: Numbers = {
      load,
      highestLoad,
      capacity: own === undefined ? null : finite(capacity(own)),
      cheaperCapacity: cheaper === undefined ? null : finite(capacity(cheaper)),
      margin: settings.margin,
      downSeconds: settings.downSeconds,
    };
    const keep = { toFlavor: slice.flavorInForce, numbers };
    if (load === null || highestLoad === null || own === undefined) {
      return { ...keep, reason: 'bad-input' };
    }
    if (load > capacity(own)) {
      const enough = cheapest(allowed.filter((flavor) => capacity(flavor) >= load));
      if (enough === undefined) return { ...keep, reason: 'no-higher-flavor' };
      return { ...keep, toFlavor: enough.id, reason: 'load-above-capacity' };
    }
    const fits = (most: number) =>
      cheapest(
        allowed.filter(
          (flavor) =>
            flavor.pricePerHour < own.pricePerHour && capacity(flavor) - settings.margin >= most,
        ),
      );
    const down = fits(highestLoad);
    if (down !== undefined) {
      const cheaperCapacity = finite(capacity(down));
      const reason = 'load-fits-cheaper-flavor';
      return { toFlavor: down.id, reason, numbers: { ...numbers, cheaperCapacity } };
    }
    return { ...keep, reason: fits(load) === undefined ? 'within-sla' : 'stabilising' };
  },
});

function cheapest(flavors: readonly Flavor[]): Flavor | undefined {
  return [...flavors].sort((a, b) => a.pricePerHour - b.pricePerHour || a.id - b.id)[0];
}

/** JSON knows no infinity: a flavor that carries any load has no capacity to tell. */
function finite(capacity: number): number | null {
  return Number.isFinite(capacity) ? capacity : null;
}
