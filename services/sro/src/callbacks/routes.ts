import { EpochMs, SliceId } from '@slicecast/contracts';
import {
  AppError,
  type Clock,
  decodeTimeCursor,
  encodeCursor,
  type Server,
} from '@slicecast/platform';
import { Type } from 'typebox';
import { NextCursor, PageQuery } from '../routes/page.ts';
import type { DeliveryStore } from './delivery-store.ts';

const Callback = Type.Object({
  id: Type.String(),
  sliceId: SliceId,
  url: Type.String(),
  status: Type.Enum(['waiting', 'delivered', 'dead']),
  attempts: Type.Integer(),
  /** Why the last attempt failed. */
  lastError: Type.Union([Type.String(), Type.Null()]),
  createdAt: EpochMs,
  updatedAt: EpochMs,
});
const Params = Type.Object({ id: Type.String({ maxLength: 200 }) });

export interface CallbackRoutesOptions {
  readonly store: DeliveryStore;
  readonly clock: Pick<Clock, 'now'>;
}

/** A tenant's callbacks with their state, and another try for one that was given up. */
export function addCallbackRoutes(server: Server, { store, clock }: CallbackRoutesOptions): void {
  server.get(
    '/api/v1/callbacks',
    {
      schema: {
        summary: 'Callbacks and how far they came, newest first',
        tags: ['callbacks'],
        querystring: Type.Object(PageQuery),
        response: { 200: Type.Object({ items: Type.Array(Callback), nextCursor: NextCursor }) },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const before = positionOf(cursor);
      const found = await store.list(request.tenantId, { before, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor([last.createdAt, last.id]) : null };
    },
  );

  server.post(
    '/api/v1/callbacks/:id/retry',
    {
      schema: {
        summary: 'Try a dead callback again, for another day',
        tags: ['callbacks'],
        params: Params,
        response: { 202: Type.Object({ callback: Callback }) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const callback = await store.revive(request.tenantId, id, clock.now());
      if (callback === undefined) throw await notDead(store, request.tenantId, id);
      return reply.code(202).send({ callback });
    },
  );
}

async function notDead(store: DeliveryStore, tenantId: string, id: string): Promise<AppError> {
  const callback = await store.get(tenantId, id);
  return callback === undefined
    ? new AppError(`There is no callback ${id}.`, { status: 404, code: 'callback-unknown' })
    : new AppError(`Callback ${id} is ${callback.status}: only a dead one is tried again.`, {
        status: 409,
        code: 'callback-not-dead',
      });
}

function positionOf(cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  const { at: createdAt, id } = decodeTimeCursor(cursor);
  return { createdAt, id };
}
