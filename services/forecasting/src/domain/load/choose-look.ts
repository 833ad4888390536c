import { fitResponse, respond } from '../effect/response.ts';
import { logLad } from '../models/linear.ts';
import type { Mode, Model } from '../models/model.ts';
import { type ProfileGrid, seriesOf } from '../profile-series.ts';
import { foldsOf, type RollingOrigin, rollOrigin, type Watch } from '../rolling-origin.ts';
import { skillOfErrors } from '../skill-of-errors.ts';
import {
  type Clocked,
  type Look,
  plainLook,
  plainSignal,
  type Signalled,
  type TrainedView,
  weighedLook,
  weighedSignal,
} from '../trained-view.ts';

/** With a smaller share of the error saved it is not worth to depend on what the load is made of. */
const leastGain = 0.05;
/** A line on the load and its past: cheap, and it has no other use for the load than to follow it. */
const probes = [logLad] as readonly unknown[] as readonly Model[];
const modes: readonly Mode[] = ['x-alone', 'live-kpi'];

/**
 * How the load is seen: weighed where that is proven, at rolling origins inside the profile, to tell more of the KPI of
 * the same instant, by a noticeable share, and forecasts are not proven worse by it; else by its median, as if weights
 * had never been tried. The instant counts and not the forecast alone, since two cycles may happen to meet so that the
 * clock tells as much in the profile, and slip apart after it.
 */
export function chooseLook(
  grid: ProfileGrid,
  clock: Clocked & { readonly seed: number },
  watch: Watch,
): { readonly look: Look; readonly view: TrainedView } {
  const plain = { look: plainLook, view: plainLook(grid, grid.length, clock) };
  if (weighedSignal(grid, grid.length).signal.weighting === undefined) return plain;
  const told = skillOfErrors(errorsNow(grid, weighedSignal), errorsNow(grid, plainSignal), clock);
  if (!(told.value >= leastGain && told.lower > 0)) return plain;
  const period = plain.view.basis.cycle?.period ?? null;
  const roll = (look: Look) =>
    rollOrigin(grid, clock, period, watch, { models: probes, modes, look });
  const [by, over] = [roll(weighedLook), roll(plainLook)];
  const worse = modes.some(
    (mode) => skillOfErrors(errorsOf(mode, by), errorsOf(mode, over), clock).upper < 0,
  );
  if (worse) return plain;
  return { look: weighedLook, view: weighedLook(grid, grid.length, clock) };
}

/** How far the KPI, on its scale, is from what is usual at the load of the same cell; all learned before each origin. */
function errorsNow(
  grid: ProfileGrid,
  signalAt: (grid: ProfileGrid, end: number) => Signalled,
): Float64Array {
  const errors = foldsOf(grid.length, null).flatMap(({ end, until }) => {
    const { signal, scale } = signalAt(grid, end);
    const { load, kpi } = seriesOf(grid, signal, scale);
    const response = fitResponse(load.subarray(0, end), kpi.subarray(0, end));
    const usual = (index: number) =>
      response === null ? Number.NaN : respond(response, load[index] ?? Number.NaN).kpi;
    return Array.from(kpi.subarray(end, until), (value, i) => Math.abs(value - usual(end + i)));
  });
  return Float64Array.from(errors);
}

function errorsOf(mode: Mode, { models, scaledActuals }: RollingOrigin): Float64Array {
  const middle = models.find((each) => each.mode === mode)?.estimates.middle;
  return scaledActuals.map((actual, i) => Math.abs((middle?.[i] ?? Number.NaN) - actual));
}
