import type { SliceInputRow } from '@slicecast/contracts';
import { type PhaseFinder, phaseFinder } from './cycle-phase.ts';
import { isUsable } from './input-quality.ts';
import { type Instant, instantAt } from './instant.ts';
import { toScale } from './kpi-scale.ts';
import { LiveWindow } from './live-window.ts';
import { loadsOf } from './load/load-signal.ts';
import { cellAt } from './series.ts';
import type { TrainedModel } from './trained-model.ts';

/** Ticks of the KPI's past, of those that are needed. */
export interface KnownKpi {
  readonly have: number;
  readonly need: number;
}

/** A slice's newest past as one flavor's model sees it: loads and KPI on its scales, the phase in its cycle. */
export class FlavorView {
  readonly #flavorId: number;
  readonly #model: TrainedModel;
  readonly #window: LiveWindow;
  /** Undefined without a cycle. */
  readonly #phaseAt: PhaseFinder | undefined;
  /** These two are undefined when something came since they were asked for. */
  #instant: Instant | undefined;
  #known: KnownKpi | undefined;
  #plainLoad = Number.NaN;

  constructor(flavorId: number, model: TrainedModel) {
    this.#flavorId = flavorId;
    this.#model = model;
    this.#window = new LiveWindow(Math.ceil(model.windowMs / model.stepMs));
    const { cycle } = model.basis;
    this.#phaseAt = cycle === null ? undefined : phaseFinder(cycle);
  }

  /** Takes a row. The KPI belongs here when this flavor is in force. */
  append(tick: number, row: SliceInputRow): void {
    this.#forgetAnswers();
    const values = new Map<string, number>();
    row.features.forEach((id, index) => {
      const value = row.values[index];
      if (value !== null && value !== undefined && isUsable(row.states[index]))
        values.set(id, value);
    });
    const { scale, signal } = this.#model;
    const { load, plain } = loadsOf(signal, (id) => values.get(id) ?? Number.NaN);
    this.#plainLoad = plain;
    const inForce = row.flavorInForce === this.#flavorId;
    const kpi = inForce && row.kpi !== undefined ? toScale(scale, row.kpi) : Number.NaN;
    this.#window.append(tick, kpi, load);
    if (this.#phaseAt === undefined) return;
    const series = this.#window.series;
    this.#window.setPhase(this.#phaseAt(series, series.length - 1));
  }

  setKpi(tick: number, kpi: number): void {
    this.#forgetAnswers();
    this.#window.setKpi(tick, toScale(this.#model.scale, kpi));
  }

  /** Another flavor came in force: the KPI that was observed is not this one's. */
  forgetKpi(): void {
    this.#forgetAnswers();
    this.#window.forgetKpi();
  }

  get lastTick(): number | undefined {
    return this.#window.lastTick;
  }

  /** The load at a tick of the window, NaN where it was not seen. */
  loadAt(tick: number): number {
    const { load, firstTick } = this.#window.series;
    return cellAt(load, tick - firstTick);
  }

  /** How much load there is at the newest tick, whatever it is made of; null when it cannot be seen. */
  plainLoad(): number | null {
    return Number.isFinite(this.#plainLoad) ? this.#plainLoad : null;
  }

  /** The newest tick, as long as nothing is added to what is known of it. */
  newest(): Instant {
    const series = this.#window.series;
    this.#instant ??= instantAt(this.#model.basis, series, series.length - 1);
    return this.#instant;
  }

  /** Ticks of the KPI's past under this flavor, of those that the champion with it looks at. */
  knownKpi(): KnownKpi {
    this.#known ??= this.#countKpi();
    return this.#known;
  }

  #countKpi(): KnownKpi {
    const { kpi, length } = this.#window.series;
    const span = this.#model.liveKpi.lookBackSteps + 1;
    let have = 0;
    for (let index = length - span; index < length; index += 1) {
      if (Number.isFinite(cellAt(kpi, index))) have += 1;
    }
    // A tenant's measurement may miss a second here and there.
    return { have, need: Math.ceil(0.8 * span) };
  }

  #forgetAnswers(): void {
    this.#instant = undefined;
    this.#known = undefined;
  }
}
