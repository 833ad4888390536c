import { EpochMs, SliceId } from '@slicecast/contracts';
import { AppError, type Clock, decodeCursor, encodeCursor, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { DeliveryStore } from './delivery-store.ts';

const Delivery = Type.Object({
  id: Type.String(),
  sliceId: SliceId,
  url: Type.String(),
  status: Type.String(),
  attempts: Type.Integer(),
  lastError: Type.Union([Type.String(), Type.Null()]),
  createdAt: EpochMs,
  updatedAt: EpochMs,
});
const Deliveries = Type.Object({
  items: Type.Array(Delivery),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});
const Page = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});

/** A tenant's callbacks with their state, newest first, and another try for one that was given up. */
export function addCallbackRoutes(
  server: Server,
  store: DeliveryStore,
  clock: Pick<Clock, 'now'>,
): void {
  server.get(
    '/api/v1/callbacks',
    { schema: { tags: ['callbacks'], querystring: Page, response: { 200: Deliveries } } },
    async (request) => {
      const { cursor, limit } = request.query;
      const before = cursor === undefined ? undefined : positionOf(cursor);
      const items = await store.list(request.tenantId, { before, limit });
      const last = items.length === limit ? items.at(-1) : undefined;
      const nextCursor = last === undefined ? null : encodeCursor([last.createdAt, last.id]);
      return { items, nextCursor };
    },
  );

  const params = Type.Object({ id: Type.String({ maxLength: 200 }) });
  server.post(
    '/api/v1/callbacks/:id/retry',
    { schema: { tags: ['callbacks'], params } },
    async (request, reply) => {
      const { id } = request.params;
      if (await store.revive(request.tenantId, id, clock.now())) return reply.code(202).send();
      throw new AppError(`there is no dead callback ${id}`, {
        status: 404,
        code: 'callback-unknown',
      });
    },
  );
}

function positionOf(cursor: string) {
  const [createdAt, id] = decodeCursor(cursor, 2);
  return { createdAt: Number(createdAt), id: String(id) };
}
