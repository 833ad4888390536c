import type { Clock, HttpClient, Logger, Metrics } from '@slicecast/platform';
import type { Delivery, DeliveryStore } from './delivery-store.ts';

export interface DeliverParts {
  readonly store: DeliveryStore;
  readonly http: HttpClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Longer than an attempt can take, so that no two are under way at once. */
const leaseMs = 30_000;
const atOnce = 8;
const firstPauseMs = 1000;
const longestPauseMs = 600_000;
/** What could not be delivered by then is dead. */
const patienceMs = 86_400_000;
const keptMs = 30 * 86_400_000;

/** One round: every delivery that is due gets one attempt. */
export async function deliverDue(parts: DeliverParts, signal: AbortSignal): Promise<void> {
  const due = await parts.store.claim(parts.clock.now(), leaseMs, atOnce);
  await Promise.all(due.map((delivery) => attempt(parts, delivery, signal)));
  if (due.length === 0) await parts.store.forget(parts.clock.now() - keptMs);
}

async function attempt(
  parts: DeliverParts,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<void> {
  const { store, http, clock, logger } = parts;
  const { id, url, body } = delivery;
  try {
    const headers = { 'idempotency-key': id };
    await http.request({ method: 'POST', url, json: body, headers, responseType: 'bytes', signal });
    await store.settle(id, 'delivered', null, clock.now());
    count(parts, 'delivered');
  } catch (error) {
    // Stopped in the middle: the lease runs out, and it is tried again.
    if (signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    logger.warn({ callback: id, attempt: delivery.attempts, why }, 'a callback was not delivered');
    await putOff(parts, delivery, why.slice(0, 500));
  }
}

async function putOff(parts: DeliverParts, delivery: Delivery, why: string): Promise<void> {
  const { store, clock } = parts;
  const now = clock.now();
  if (now - delivery.createdAt > patienceMs) {
    await store.settle(delivery.id, 'dead', why, now);
    count(parts, 'dead');
    return;
  }
  const bound = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(delivery.attempts, 20));
  // Half of it fixed, half by chance, so that many that failed together do not come back together.
  const pauseMs = Math.round(bound * (0.5 + 0.5 * Math.random()));
  await store.postpone(delivery.id, why, now + pauseMs, now);
  count(parts, 'postponed');
}

function count({ metrics }: DeliverParts, outcome: string): void {
  metrics
    .counter('slicecast_callbacks_total', 'Attempts to call tenants back, by outcome', ['outcome'])
    .inc({ outcome });
}
