import { SliceDefinition, SliceId, type SliceState } from '@slicecast/contracts';
import {
  AppError,
  decodeCursor,
  encodeCursor,
  type Idempotency,
  type Server,
} from '@slicecast/platform';
import { Type } from 'typebox';
import { checkDefinition } from '../domain/check-definition.ts';
import { firstState } from '../domain/slice-definition.ts';
import type { DefinedSlice, SliceStore } from '../ports.ts';
import { answerOnce } from './answer-once.ts';
import { NextCursor } from './page.ts';
import { type RedefineOptions, refuseFaults, refuseOfFile } from './redefine-slice.ts';
import { refuseOther } from './slice-definition.ts';
import { definedSliceOf } from './slice-of.ts';

export interface SlicesOptions extends RedefineOptions {
  readonly slices: SliceStore & RedefineOptions['slices'];
  readonly idempotency: Idempotency;
  /** Slices that the operator's file defines now. */
  readonly inFile: ReadonlySet<number>;
  readonly now: () => number;
  /** Something is in the outbox. */
  published(): void;
}

const params = Type.Object({ id: SliceId });
const Summary = Type.Object({
  id: SliceId,
  name: Type.String(),
  managedBy: Type.String(),
  flavorInForce: Type.Integer(),
  forecasting: Type.Boolean(),
  mode: Type.String(),
  paused: Type.Boolean(),
});
const Page = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});

/** Slices are listed, made and deleted; those of the operator's file are deleted only once it has left them out. */
export function addSlices(server: Server, options: SlicesOptions): void {
  const { slices, inFile } = options;
  const Summaries = Type.Object({ items: Type.Array(Summary), nextCursor: NextCursor });
  const listed = { tags: ['slices'], querystring: Page, response: { 200: Summaries } };
  server.get('/api/v1/slices', { schema: listed }, async (request) => {
    const { cursor, limit } = request.query;
    const after = cursor === undefined ? 0 : Number(decodeCursor(cursor, ['integer'])[0]);
    const found = await slices.page(request.tenantId, after, limit + 1);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1)?.state.sliceId : undefined;
    return {
      items: page.map(summaryOf),
      nextCursor: last === undefined ? null : encodeCursor([last]),
    };
  });

  addMakeSlice(server, options);

  server.delete(
    '/api/v1/slices/:id',
    { schema: { tags: ['slices'], params } },
    async (request, reply) => {
      const { id } = request.params;
      const present = await definedSliceOf(slices, id, request.tenantId);
      if (inFile.has(id)) refuseOfFile(present);
      const end = (state: SliceState) => ({ ...state, deleted: true, forecasting: false });
      await slices.update(id, end);
      return reply.code(204).send();
    },
  );
}

function addMakeSlice(server: Server, options: SlicesOptions): void {
  const schema = { tags: ['slices'], body: SliceDefinition, response: { 201: Summary } };
  server.post('/api/v1/slices', { schema }, async (request, reply) => {
    const { body, tenantId } = request;
    const { slices, names, idempotency, now } = options;
    refuseOther(body, { tenantId });
    const definition = { ...body, tenant: tenantId };
    refuseFaults(checkDefinition(definition, names));
    const at = now();
    const summary = await answerOnce(idempotency, request, reply, body, async (tx) => {
      if (!(await slices.create(tx, definition, 'api', at))) throw taken(definition.id);
      const headers = { location: `/api/v1/slices/${definition.id}` };
      const made = { definition, managedBy: 'api', state: firstState(definition, at) } as const;
      return { status: 201, headers, body: summaryOf(made) };
    });
    options.published();
    return summary;
  });
}

function summaryOf({ state, managedBy }: DefinedSlice) {
  const { sliceId: id, name, flavorInForce, forecasting, mode, paused } = state;
  return { id, name, managedBy, flavorInForce, forecasting, mode, paused };
}

function taken(sliceId: number): AppError {
  return new AppError(`slice ${sliceId} exists, or existed before: take another id`, {
    status: 409,
    code: 'slice-exists',
    errors: [{ field: '/id', value: sliceId, message: 'take an id that was never used' }],
  });
}
