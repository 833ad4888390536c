import { Policy, SliceDefinition, SliceId, type SliceState } from '@slicecast/contracts';
import {
  AppError,
  checkIfMatch,
  createEtag,
  decodeCursor,
  encodeCursor,
  type Server,
} from '@slicecast/platform';
import { Type } from 'typebox';
import { checkPolicy } from '../domain/policies/check-policy.ts';
import {
  checkDefinition,
  type DefinitionFault,
  type OperatorNames,
} from '../domain/slice-definition.ts';
import type { DefinedSlice, DefinitionStore, SliceStore } from '../ports.ts';

export interface SlicesOptions {
  readonly slices: SliceStore & DefinitionStore;
  readonly names: OperatorNames;
  readonly now: () => number;
}

const Id = Type.Object({ id: SliceId });
const Summary = Type.Object({
  id: SliceId,
  name: Type.String(),
  managedBy: Type.String(),
  flavorInForce: Type.Integer(),
  forecasting: Type.Boolean(),
  mode: Type.String(),
  paused: Type.Boolean(),
});
const Summaries = Type.Object({
  items: Type.Array(Summary),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});
const Page = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});

/** Slices that the API makes, changes and deletes; those of the operator's file are read here alone. */
export function addSlices(server: Server, options: SlicesOptions): void {
  const { slices, now } = options;
  server.get(
    '/api/v1/slices',
    { schema: { tags: ['slices'], querystring: Page, response: { 200: Summaries } } },
    async (request) => {
      const { cursor, limit } = request.query;
      const after = cursor === undefined ? 0 : Number(decodeCursor(cursor, ['integer'])[0]);
      const found = await slices.page(request.tenantId, after, limit);
      const last = found.length === limit ? found.at(-1)?.state.sliceId : undefined;
      const nextCursor = last === undefined ? null : encodeCursor([last]);
      return { items: found.map(summaryOf), nextCursor };
    },
  );

  server.post(
    '/api/v1/slices',
    { schema: { tags: ['slices'], body: SliceDefinition, response: { 201: Summary } } },
    async (request, reply) => {
      const definition = { ...request.body, tenant: request.tenantId };
      refuse(checkDefinition(definition, options.names));
      if (!(await slices.create(definition, 'api', now()))) throw taken(definition.id);
      reply.code(201).header('location', `/api/v1/slices/${definition.id}`);
      return summaryOf(await find(slices, definition.id, request.tenantId));
    },
  );

  server.put(
    '/api/v1/slices/:id',
    { schema: { tags: ['slices'], params: Id, body: SliceDefinition, response: { 200: Summary } } },
    async (request) => {
      const { id } = request.params;
      const present = await findOwn(slices, id, request.tenantId);
      checkIfMatch(request, createEtag(present.definition));
      const definition = { ...request.body, tenant: request.tenantId };
      if (definition.id !== id) {
        const message = `must be ${id}, as in the path: a slice keeps its id`;
        refuse([{ field: '/id', value: definition.id, message }]);
      }
      refuse(checkDefinition(definition, options.names));
      await slices.redefine(definition, 'api');
      return summaryOf(await find(slices, id, request.tenantId));
    },
  );

  server.get(
    '/api/v1/slices/:id/definition',
    { schema: { tags: ['slices'], params: Id, response: { 200: SliceDefinition } } },
    async (request, reply) => {
      const { definition } = await find(slices, request.params.id, request.tenantId);
      reply.header('etag', createEtag(definition));
      return definition;
    },
  );

  server.put(
    '/api/v1/slices/:id/policy',
    { schema: { tags: ['slices'], params: Id, body: Policy, response: { 200: Policy } } },
    async (request) => {
      const { id } = request.params;
      const { state, definition } = await findOwn(slices, id, request.tenantId);
      checkIfMatch(request, createEtag(definition));
      refuse(checkPolicy(request.body, state.flavors));
      await slices.redefine({ ...definition, policy: request.body }, 'api');
      return request.body;
    },
  );

  server.delete(
    '/api/v1/slices/:id',
    { schema: { tags: ['slices'], params: Id } },
    async (request, reply) => {
      const { id } = request.params;
      await findOwn(slices, id, request.tenantId);
      const end = (state: SliceState) => ({ ...state, deleted: true, forecasting: false });
      await slices.update(id, end);
      return reply.code(204).send();
    },
  );
}

function summaryOf({ state, managedBy }: DefinedSlice) {
  const { sliceId: id, name, flavorInForce, forecasting, mode, paused } = state;
  return { id, name, managedBy, flavorInForce, forecasting, mode, paused };
}

export async function find(
  slices: DefinitionStore,
  sliceId: number,
  tenantId: string,
): Promise<DefinedSlice> {
  const slice = await slices.find(sliceId);
  if (slice !== undefined && slice.state.tenantId === tenantId) return slice;
  throw new AppError(`slice ${sliceId} is not known`, { status: 404, code: 'slice-unknown' });
}

async function findOwn(
  slices: DefinitionStore,
  sliceId: number,
  tenantId: string,
): Promise<DefinedSlice> {
  const slice = await find(slices, sliceId, tenantId);
  if (slice.managedBy === 'api') return slice;
  throw new AppError(
    `slice ${sliceId} is managed by the operator's file: change it there and start the SRO anew`,
    { status: 409, code: 'managed-by-file' },
  );
}

function refuse(faults: readonly DefinitionFault[]): void {
  if (faults.length === 0) return;
  const words = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new AppError(words, { status: 400, code: 'definition-invalid', errors: faults });
}

function taken(sliceId: number): AppError {
  return new AppError(`slice ${sliceId} exists, or existed before: take another id`, {
    status: 409,
    code: 'slice-exists',
    errors: [{ field: '/id', value: sliceId, message: 'take an id that was never used' }],
  });
}
