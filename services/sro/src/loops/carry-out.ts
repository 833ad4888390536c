import type { Change, Flavor, SliceState } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { Actuator, Settlement } from '../deciding-ports.ts';
import { findFlavor } from '../domain/flavor-order.ts';
import { heldFrom } from '../domain/manual-hold.ts';
import { verifyByOf } from '../domain/verification.ts';
import { fenced, gone, MAX_ATTEMPTS, refusalOf, refuse, tooOften } from './refuse-change.ts';
import type { RunChangesOptions } from './run-changes.ts';

/** What is needed to carry a change out. */
interface Work {
  readonly change: Change;
  readonly slice: SliceState;
  readonly from: Flavor;
  readonly to: Flavor;
  readonly actuator: Actuator;
}

/**
 * Carries out one claimed change to its end: the actuator, then the slice's state, then the change's own
 * row, then IMA. Each step may be done again after a crash. When it fails, the flavor before is applied
 * again and the slice's state stays as it was. Rejects only for what is not the change's own fault (the
 * database); an abort leaves the change to the next start.
 */
export async function carryOut(
  options: RunChangesOptions,
  change: Change,
  stop: AbortSignal,
): Promise<void> {
  const slice = await options.slices.get(change.sliceId);
  if (slice !== undefined && isInForce(change, slice)) {
    // Cut between the slice's state and this row: nothing is left to do but to say so.
    return applied(options, change, slice, null, stop);
  }
  const refusal = refusalOf(options, change, slice);
  if (refusal !== null || slice === undefined) {
    return settle(options, change, failed(options, refusal ?? gone(change), null));
  }
  const work = await workOf(options, change, slice);
  if (work instanceof AppError) return settle(options, change, failed(options, work, null));
  if (change.attempts > MAX_ATTEMPTS) return giveUp(options, work, tooOften(), null, stop);
  const begun = performance.now();
  try {
    await apply(options, work, stop);
  } catch (error) {
    if (stop.aborted) return;
    return giveUp(options, work, error, performance.now() - begun, stop);
  }
  const durationMs = performance.now() - begun;
  const next = await putInForce(options, work);
  if (isInForce(change, next)) return applied(options, change, next, durationMs, stop);
  return giveUp(options, work, fenced(change, next), durationMs, stop);
}

/** The flavor that the change leads to is in force by this change. */
function isInForce(change: Change, slice: SliceState): boolean {
  return slice.epoch === change.epoch + 1 && slice.flavorInForce === change.toFlavor;
}

async function workOf(
  { slices, actuators }: RunChangesOptions,
  change: Change,
  slice: SliceState,
): Promise<Work | AppError> {
  const from = findFlavor(slice, change.fromFlavor);
  const to = findFlavor(slice, change.toFlavor);
  if (from === undefined || to === undefined) {
    return refuse('flavor-gone', 'the slice has not both flavors of the change any more');
  }
  const name = await slices.actuatorOf(slice.sliceId);
  const actuator = actuators.get(name);
  if (actuator !== undefined) return { change, slice, from, to, actuator };
  return refuse('actuator-unknown', `the operator's file defines no actuator ${name}`);
}

function apply(
  { deadlineMs }: RunChangesOptions,
  { change, actuator, slice, from, to }: Work,
  stop: AbortSignal,
): Promise<void> {
  const key = keyOf(change);
  return withDeadline(deadlineMs, stop, (signal) =>
    actuator.apply({ key, slice, from, to, signal }),
  );
}

/** Another one each time that it is begun: after a crash it is not known whether it was undone meanwhile. */
function keyOf({ id, attempts }: Change): string {
  return `${id}.${attempts}`;
}

/** Fenced by the epoch: a slice that was changed meanwhile stays as it is. */
function putInForce(
  { slices, clock }: RunChangesOptions,
  { change, to }: Work,
): Promise<SliceState> {
  return slices.update(change.sliceId, (state) => {
    if (state.epoch !== change.epoch || state.deleted) return undefined;
    const flavorSince = clock.now();
    const next = { ...state, flavorInForce: to.id, flavorSince, epoch: state.epoch + 1 };
    return change.origin === 'manual' ? heldFrom(next, flavorSince) : next;
  });
}

async function applied(
  options: RunChangesOptions,
  change: Change,
  slice: SliceState,
  durationMs: number | null,
  stop: AbortSignal,
): Promise<void> {
  const at = slice.flavorSince;
  const verifyBy = verifyByOf(slice, at);
  await settle(options, change, { status: 'applied', at, durationMs, verifyBy });
  try {
    await options.announce(slice, change.toFlavor, stop);
  } catch (error) {
    // IMA learns it from `slice-states` as well, only later.
    options.logger.warn({ err: error, change: change.id }, 'the flavor could not be announced');
    const help = 'Flavors in force that IMA could not be told at once';
    options.metrics.counter('slicecast_flavor_announcements_failed_total', help).inc();
  }
}

/** Brings the slice back to the flavor before, and says how that went too. */
async function giveUp(
  options: RunChangesOptions,
  { change, slice, from, to, actuator }: Work,
  cause: unknown,
  durationMs: number | null,
  stop: AbortSignal,
): Promise<void> {
  let undone = `${from.name} was applied again`;
  const key = `${keyOf(change)}.undo`;
  try {
    await withDeadline(options.deadlineMs, stop, (signal) =>
      actuator.apply({ key, slice, from: to, to: from, signal }),
    );
  } catch (error) {
    if (stop.aborted) return;
    undone = `and ${from.name} could not be applied again (${messageOf(error)})`;
  }
  const detail = `${messageOf(cause)}; ${undone}`;
  const code = cause instanceof AppError ? cause.code : 'actuator-failed';
  const error = new AppError(detail, { status: 502, code, cause });
  await settle(options, change, failed(options, error, durationMs));
}

async function settle(
  { changes, logger, metrics }: RunChangesOptions,
  change: Change,
  settlement: Settlement,
): Promise<void> {
  await changes.settle(change.id, settlement);
  const { status, durationMs } = settlement;
  const { id, sliceId, fromFlavor, toFlavor, reason } = change;
  logger.info(
    { change: id, sliceId, fromFlavor, toFlavor, reason, ...settlement },
    `change ${status}`,
  );
  metrics
    .counter('slicecast_changes_total', 'Changes by how they ended', ['status'])
    .inc({ status });
  if (durationMs === null) return;
  const help = 'Time that an actuator needed';
  metrics
    .histogram('slicecast_change_seconds', help, ['status'])
    .observe({ status }, durationMs / 1000);
}

function failed(
  { clock }: RunChangesOptions,
  error: AppError,
  durationMs: number | null,
): Settlement {
  const { code, message } = error;
  return { status: 'failed', at: clock.now(), durationMs, error: { code, detail: message } };
}

async function withDeadline(
  deadlineMs: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  // A change may be claimed while the service stops: an actuator that is begun then hears of no abort.
  stop.throwIfAborted();
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    await work(AbortSignal.any([stop, deadline]));
  } catch (error) {
    if (!deadline.aborted || stop.aborted) throw error;
    const detail = `the change was not applied within its deadline of ${deadlineMs} ms (${messageOf(error)})`;
    throw new AppError(detail, { status: 504, code: 'change-deadline', cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
