import type { Clock, Logger, Metrics } from '@slicecast/platform';
import { pauseAfter } from '../domain/pause-after.ts';
import type { Delivery, DeliveryStore } from './delivery-store.ts';
import type { PostCallback } from './post-callback.ts';

export interface DeliverParts {
  readonly store: DeliveryStore;
  readonly post: PostCallback;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Longer than an attempt can take, so that no two are under way at once. */
const leaseMs = 30_000;
const atOnce = 16;
const longestPauseMs = 600_000;
/** Of `atOnce`, so that one tenant whose host is silent does not hold up all others. */
const atOnceOfTenant = 4;

/** One round: the deliveries that are due, as many as go at once, get one attempt each. */
export async function deliverDue(parts: DeliverParts, signal: AbortSignal): Promise<void> {
  const now = parts.clock.now();
  const due = await parts.store.claim({ now, leaseMs, limit: atOnce, ofTenant: atOnceOfTenant });
  const ended = await Promise.allSettled(due.map((delivery) => attempt(parts, delivery, signal)));
  const failed = ended.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function attempt(
  parts: DeliverParts,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<void> {
  const { store, post, clock } = parts;
  try {
    const posted = await post(delivery, signal);
    if (!posted.taken) return await putOff(parts, delivery, posted.why);
    await store.deliver(delivery.id, clock.now());
    count(parts, 'delivered');
  } catch (error) {
    if (!signal.aborted) throw error;
    // Cut by a stop: due at once for whoever comes next.
    const now = clock.now();
    await store.postpone(delivery, { why: 'cut by a stop of the service', nextAt: now, now });
  }
}

async function putOff(parts: DeliverParts, delivery: Delivery, why: string): Promise<void> {
  const { store, clock, logger } = parts;
  const { id, tenantId, attempts, giveUpAt } = delivery;
  logger.warn({ callback: id, tenantId, attempt: attempts, why }, 'a callback was not delivered');
  const now = clock.now();
  if (now >= giveUpAt) {
    await store.giveUp(delivery, { why, now });
    count(parts, 'dead');
    return;
  }
  const nextAt = Math.min(now + pauseAfter(attempts, longestPauseMs), giveUpAt);
  await store.postpone(delivery, { why, nextAt, now });
  count(parts, 'postponed');
}

type Outcome = 'delivered' | 'postponed' | 'dead';

function count({ metrics }: DeliverParts, outcome: Outcome): void {
  metrics
    .counter('slicecast_callbacks_total', 'Attempts to call tenants back, by outcome', ['outcome'])
    .inc({ outcome });
}
