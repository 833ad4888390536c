import { createHash, randomUUID } from 'node:crypto';
import type { Change, Flavor, SliceDecision, SliceState } from '@slicecast/contracts';
import { AppError, type Clock, type Logger } from '@slicecast/platform';
import type { ChangeStore, DecisionLog } from '../deciding-ports.ts';

export interface RequestByHandOptions {
  readonly changes: ChangeStore;
  readonly decisionLog: DecisionLog;
  readonly clock: Clock;
  readonly logger: Logger;
  onRequested(): void;
}

/** The id of a change by hand: the same idempotency key of the same slice gives the same id. */
export function idByHand(sliceId: number, key: string | undefined): string {
  const unique =
    key === undefined ? randomUUID() : createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${sliceId}-${unique}-manual`;
}

/**
 * Requests a change that somebody asked for. Resolves when it is durable, with the change to follow: the
 * one that leads there already, when it is asked for twice.
 *
 * @throws AppError 409 `change-in-progress` while another one of the slice is carried out
 */
export async function requestByHand(
  options: RequestByHandOptions,
  slice: SliceState,
  to: Flavor,
  id: string,
): Promise<Change> {
  const { changes, decisionLog, logger, onRequested } = options;
  const decision = decisionOf(slice, to, id, options.clock.now());
  const { outcome, change } = await changes.request(decision, 'manual');
  if (outcome === 'in-progress' && change.toFlavor !== to.id) throw inProgress(change);
  if (outcome !== 'created') return change;
  onRequested();
  try {
    await decisionLog.append([decision]);
  } catch (error) {
    // The database has it, and that is what is promised; the log only misses one line of its record.
    logger.warn({ err: error, change: id }, 'a change by hand did not reach the log');
  }
  return change;
}

function decisionOf(slice: SliceState, to: Flavor, id: string, at: number): SliceDecision {
  return {
    id,
    tenantId: slice.tenantId,
    sliceId: slice.sliceId,
    at,
    epoch: slice.epoch,
    mode: slice.mode,
    policy: slice.policy.kind,
    action: 'change',
    reason: 'manual',
    fromFlavor: slice.flavorInForce,
    toFlavor: to.id,
    leadTimeSeconds: null,
    numbers: {},
    state: null,
  };
}

function inProgress(change: Change): AppError {
  const message = `Change ${change.id} of slice ${change.sliceId} is being carried out: wait until it has ended (GET /api/v1/slices/${change.sliceId}/changes/${change.id}).`;
  return new AppError(message, { status: 409, code: 'change-in-progress', retriable: true });
}
