import {
  type ChangeFact,
  isOpen,
  type SliceForecast,
  type SliceState,
  type Verdict,
  violates,
} from '@slicecast/contracts';
import { sortedQuantile } from '@slicecast/stats';
import { type Expected, expectedAt, expectMore, rounded } from './expected-kpi.ts';
import { isBeyond, verdictAtEnd, verdictByVotes } from './verdict.ts';
import {
  beforeTicks,
  feltTicks,
  type Running,
  type Verification,
  type VerifySettings,
  verifySettingsOf,
} from './verification.ts';

export interface VerifyInput {
  readonly forecast: SliceForecast;
  readonly slice: SliceState;
  readonly changes: readonly ChangeFact[];
}

/** A change whose flavor is in force and whose verification has not ended. */
export type WatchedChange = ChangeFact & Required<Pick<ChangeFact, WatchedKey>>;
type WatchedKey = 'id' | 'epoch' | 'fromFlavor' | 'toFlavor';

export interface Verified {
  readonly memory: Verification;
  /** What is verified at this tick, if anything is. */
  readonly watched: {
    readonly change: WatchedChange;
    readonly running: Running;
    /** It is the first tick under the change. */
    readonly began: boolean;
    /** What the tick leads to; before the end of the window `worse` alone. */
    readonly verdict: Verdict | null;
    /** The window is over: whatever the verdict leads to, verifying ends. */
    readonly isOver: boolean;
  } | null;
}

/**
 * Verifies changes on the KPI, tick by tick, in event time. What was forecast for an instant was forecast
 * a horizon before it, so what is compared was mostly said before the change. A tick is worse when its
 * KPI lies beyond the 80 % interval for the new flavor, beyond the worst tenth of what it was before, and
 * beyond the interval for the flavor before: a violation that the load explains is no reason to go back.
 * Pure: state and verdict are functions of the messages and the facts.
 */
export function verifyChange(input: VerifyInput, past: Verification): Verified {
  const { forecast, slice } = input;
  const settings = verifySettingsOf(slice);
  const expected = expectMore(past.expected, forecast, slice);
  const change = watchedIn(input);
  if (change === null) {
    return { memory: { expected, kpi: kpiAfter(input, past), running: null }, watched: null };
  }
  const continued = past.running?.changeId === change.id ? past.running : null;
  const running = observe(
    continued ?? begin(change, past.kpi, slice),
    input,
    change,
    expected,
    settings,
  );
  const kpi = longer(continued === null ? [] : past.kpi, forecast);
  const memory = { expected, kpi, running };
  const endsAt = (change.settledAt ?? forecast.at) + settings.settleMs + settings.windowMs;
  const isOver = settings.windowMs === 0 || forecast.at >= endsAt;
  const circumstances = { ...input, change, settings, kpi };
  const verdict = isOver
    ? verdictAtEnd(running, circumstances)
    : verdictByVotes(running, circumstances);
  return { memory, watched: { change, running, began: continued === null, verdict, isOver } };
}

/**
 * From being applied until the KPI felt the change, in event time. Null where that cannot be told: the KPI
 * must have been near the flavor before and then near the new one, or near the new one from the first tick
 * on. An upgrade ahead of its load shows only when the load tells the flavors apart.
 */
export function feltMsOf(
  { near, far }: Running,
  { settledAt }: ChangeFact,
  { stepMs }: Pick<SliceState, 'stepMs'>,
): number | null {
  const [first] = near;
  if (near.length < feltTicks || first === undefined || settledAt === null) return null;
  const feltMs = Math.max(0, first - settledAt);
  return far >= feltTicks || (far === 0 && feltMs <= stepMs) ? feltMs : null;
}

/** The change by which the slice has the flavor and epoch that this tick was forecast for. */
function watchedIn({ forecast, slice, changes }: VerifyInput): WatchedChange | null {
  if (forecast.epoch !== slice.epoch || changes.some(isOpen)) return null;
  const found = changes.find(
    (change): change is WatchedChange =>
      (change.status === 'applied' || change.status === 'verifying') &&
      change.id !== undefined &&
      change.fromFlavor !== undefined &&
      change.epoch === slice.epoch - 1 &&
      change.toFlavor === slice.flavorInForce,
  );
  return found ?? null;
}

/** The KPI's past under the flavor in force: ticks during a change belong to neither flavor. */
function kpiAfter({ forecast, slice, changes }: VerifyInput, { kpi }: Verification) {
  if (forecast.epoch !== slice.epoch || changes.some(isOpen)) return kpi;
  return longer(kpi, forecast);
}

function longer(kpi: Verification['kpi'], { observedKpi }: SliceForecast): Verification['kpi'] {
  const newest = observedKpi === null ? null : rounded(observedKpi);
  return [...kpi, newest].slice(-beforeTicks.most);
}

function begin(change: WatchedChange, kpi: Verification['kpi'], slice: SliceState): Running {
  const seen = kpi.filter((each) => each !== null).sort((a, b) => a - b);
  const worstTenth = sortedQuantile(seen, slice.sla.side === 'upper' ? 0.9 : 0.1);
  return {
    changeId: change.id,
    before: seen.length < beforeTicks.least ? null : rounded(worstTenth),
    seen: 0,
    violating: 0,
    judged: 0,
    beyond: 0,
    beyondBefore: 0,
    explained: 0,
    worse: 0,
    votes: [],
    far: 0,
    near: [],
  };
}

function observe(
  running: Running,
  { forecast, slice }: VerifyInput,
  change: WatchedChange,
  expected: Verification['expected'],
  settings: VerifySettings,
): Running {
  const { at, observedKpi: kpi } = forecast;
  const votes = running.votes.filter((tick) => tick > at - settings.votes.n * slice.stepMs);
  if (kpi === null) return { ...running, votes };
  const own = expectedAt(expected, change.toFlavor, at, slice);
  const before = expectedAt(expected, change.fromFlavor, at, slice);
  const next = { ...running, votes, ...nearAfter(running, { at, kpi, own, before, slice }) };
  if (at < (change.settledAt ?? at) + settings.settleMs) return next;
  next.seen += 1;
  if (violates(slice.sla, kpi)) next.violating += 1;
  if (own === null) return next;
  next.judged += 1;
  if (!isBeyond(slice.sla, kpi, own.edge)) return next;
  next.beyond += 1;
  if (next.before === null || !isBeyond(slice.sla, kpi, next.before)) return next;
  next.beyondBefore += 1;
  if (before === null) return next;
  if (!isBeyond(slice.sla, kpi, before.edge)) return { ...next, explained: next.explained + 1 };
  return { ...next, worse: next.worse + 1, votes: [...votes, at] };
}

interface Seen {
  readonly at: number;
  readonly kpi: number;
  readonly own: Expected | null;
  readonly before: Expected | null;
  readonly slice: SliceState;
}

/** Where the two flavors' forecasts can be told apart: whether the KPI is nearer to the new one's. */
function nearAfter(
  { near, far }: Running,
  { at, kpi, own, before, slice: { sla } }: Seen,
): Pick<Running, 'near' | 'far'> {
  if (near.length >= feltTicks || own === null || before === null) return { near, far };
  const isApart = isBeyond(sla, before.median, own.edge) || isBeyond(sla, own.median, before.edge);
  if (!isApart) return { near, far };
  const isNear = Math.abs(kpi - own.median) < Math.abs(kpi - before.median);
  if (isNear) return { near: [...near, at], far };
  return { near: [], far: near.length === 0 ? far + 1 : 1 };
}
