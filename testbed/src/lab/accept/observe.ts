import { setTimeout as wait } from 'node:timers/promises';
import type { KpiSample } from '../load-and-kpi.ts';
import { rateInForce } from '../network/shaping.ts';
import { labSettings } from '../settings.ts';
import type { Lab } from '../start-lab.ts';

/** What was real at each step: the KPI as the client felt it, the flavor as the kernel had it. */
export interface Observed {
  takeKpi(sample: KpiSample): void;
  /** The steps within [from, to), epoch ms; NaN where there is nothing. */
  steps(from: number, to: number): ObservedSteps;
  stop(): Promise<void>;
}

export interface ObservedSteps {
  readonly at: readonly number[];
  /** R_99 of the step that ends then, ms. */
  readonly kpi: Float64Array;
  /** Flavor ids. */
  readonly flavors: readonly number[];
}

const mostKept = 86_400;

/** Reads the shaper at every step until it is stopped; the last 86,400 are kept. */
export function observeLab(lab: Lab): Observed {
  const kpi = new Map<number, number>();
  const flavors = new Map<number, number>();
  const stopped = new AbortController();
  const { stepMs } = lab;
  const reading = readEachStep();

  async function readEachStep(): Promise<void> {
    const { signal } = stopped;
    for (let at = Math.ceil(Date.now() / stepMs) * stepMs; !signal.aborted; at += stepMs) {
      await wait(Math.max(0, at - Date.now()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      keep(flavors, at, flavorOf(await rateInForce(lab.programs, lab.layout)));
    }
  }

  function keep(values: Map<number, number>, at: number, value: number): void {
    values.set(at, value);
    const [oldest] = values.keys();
    if (values.size > mostKept && oldest !== undefined) values.delete(oldest);
  }

  return {
    takeKpi: ({ at, value }) => keep(kpi, at, value),
    steps(from, to) {
      const at: number[] = [];
      for (let step = from; step < to; step += stepMs) at.push(step);
      return {
        at,
        kpi: Float64Array.from(at, (step) => kpi.get(step) ?? Number.NaN),
        flavors: at.map((step) => flavors.get(step) ?? Number.NaN),
      };
    },
    async stop() {
      stopped.abort();
      await reading;
    },
  };
}

function flavorOf(rate: number): number {
  const flavor = labSettings.flavors.find(({ bandwidth }) => megabits(bandwidth) * 1e6 === rate);
  return flavor?.id ?? Number.NaN;
}

function megabits(bandwidth: string): number {
  return Number(bandwidth.replace('mbit', ''));
}
