import {
  Change,
  type Flavor,
  FlavorId,
  Name,
  SliceId,
  type SliceState,
} from '@slicecast/contracts';
import { AppError, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { ChangeReader, ChangeStore } from '../deciding-ports.ts';
import { type Direction, findFlavor, nextFlavor } from '../domain/flavor-order.ts';
import type { SliceStore } from '../ports.ts';
import { idByHand, type RequestByHandOptions, requestByHand } from './request-by-hand.ts';
import { sliceOf } from './slice-of.ts';

export interface ChangeFlavorOptions extends RequestByHandOptions {
  readonly slices: SliceStore;
  readonly changes: ChangeStore & ChangeReader;
}

const Params = Type.Object({ id: SliceId });
const Headers = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
});
const Body = Type.Object(
  {
    /** Id or name of a flavor of the slice. */
    flavor: Type.Union([FlavorId, Name]),
  },
  { additionalProperties: false },
);

/** Changes of flavor that somebody asks for: MLO-V2's two paths, and the one of `/api/v1`. */
export function registerChangeFlavor(server: Server, options: ChangeFlavorOptions): void {
  stepRoute(server, options, 'up', '/slice/:id/upgrade', 'Upgrading slice flavor');
  stepRoute(server, options, 'down', '/slice/:id/downgrade', 'Downgrading slice flavor');

  server.post(
    '/api/v1/slices/:id/changes',
    {
      schema: {
        summary: 'Change the flavor by hand',
        params: Params,
        headers: Headers,
        body: Body,
        response: { 202: Type.Object({ change: Change }) },
      },
    },
    async (request, reply) => {
      const slice = await sliceOf(options.slices, request.params.id, request.tenantId);
      const change = await changeTo(
        options,
        slice,
        request.body.flavor,
        request.headers['idempotency-key'],
      );
      reply.code(202).header('location', `/api/v1/slices/${slice.sliceId}/changes/${change.id}`);
      return { change };
    },
  );
}

/** One rank up or down; durable when it is answered, carried out after. */
function stepRoute(
  server: Server,
  options: ChangeFlavorOptions,
  direction: Direction,
  path: string,
  answer: string,
): void {
  const summary = `Change to the next ${direction === 'up' ? 'higher' : 'lower'} flavor by rank`;
  const schema = { summary, params: Params, response: { 200: Type.String() } };
  server.post(path, { schema }, async (request, reply) => {
    const slice = await sliceOf(options.slices, request.params.id, request.tenantId);
    const next = nextFlavor(slice, direction);
    if (next === undefined) throw endOfRanks(slice, direction);
    await requestByHand(options, slice, next, idByHand(slice.sliceId, undefined));
    reply.type('text/plain; charset=utf-8');
    return answer;
  });
}

async function changeTo(
  options: ChangeFlavorOptions,
  slice: SliceState,
  flavor: number | string,
  key: string | undefined,
): Promise<Change> {
  const to = findFlavor(slice, flavor);
  if (to === undefined) throw unknownFlavor(slice, flavor);
  const id = idByHand(slice.sliceId, key);
  const before = key === undefined ? undefined : await options.changes.get(id);
  if (before !== undefined) {
    if (before.toFlavor !== to.id) throw keyReused(before);
    return before;
  }
  if (slice.flavorInForce === to.id) throw alreadyInForce(slice, to);
  return requestByHand(options, slice, to, id);
}

function endOfRanks(slice: SliceState, direction: Direction): AppError {
  const end = direction === 'up' ? 'higher' : 'lower';
  const message = `Slice ${slice.sliceId} runs with flavor ${slice.flavorInForce}: there is no ${end} one.`;
  return new AppError(message, { status: 409, code: `no-${end}-flavor` });
}

function unknownFlavor(slice: SliceState, value: number | string): AppError {
  const flavors = slice.flavors.map((flavor) => `${flavor.id} (${flavor.name})`).join(', ');
  return new AppError(`Slice ${slice.sliceId} has no flavor ${value}.`, {
    status: 400,
    code: 'flavor-unknown',
    errors: [{ field: '/flavor', value, message: `send one of ${flavors}` }],
  });
}

function alreadyInForce(slice: SliceState, to: Flavor): AppError {
  const message = `Flavor ${to.id} (${to.name}) of slice ${slice.sliceId} is in force already.`;
  return new AppError(message, { status: 409, code: 'flavor-in-force' });
}

function keyReused(change: Change): AppError {
  const message = `This idempotency key asked for flavor ${change.toFlavor} before: use another key for another change.`;
  return new AppError(message, { status: 422, code: 'idempotency-key-reused' });
}
