import { Model } from '@slicecast/contracts';
import { AppError, decodeCursor, encodeCursor, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { ModelStore } from '../ports.ts';

export interface ModelsOptions {
  readonly models: ModelStore;
  /** Whether a slice's desired state names the model. */
  readonly inUse: (model: Model) => Promise<boolean>;
}

const Page = Type.Object({
  sliceId: Type.Optional(Type.Integer()),
  flavorId: Type.Optional(Type.Integer()),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
const Models = Type.Object({
  items: Type.Array(Model),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });

/** Trained models with their scoreboards; newest first. */
export function addModels(server: Server, { models, inUse }: ModelsOptions): void {
  server.get(
    '/api/v1/models',
    { schema: { tags: ['models'], querystring: Page, response: { 200: Models } } },
    async (request) => {
      const { cursor, limit, ...filter } = request.query;
      const before = cursor === undefined ? undefined : positionOf(cursor);
      const items = await models.list(request.tenantId, { ...filter, before, limit });
      const last = items.length === limit ? items.at(-1) : undefined;
      const nextCursor = last === undefined ? null : encodeCursor([last.createdAt, last.id]);
      return { items, nextCursor };
    },
  );

  const one = { tags: ['models'], params: Id };
  server.get('/api/v1/models/:id', { schema: { ...one, response: { 200: Model } } }, (request) =>
    find(models, request.tenantId, request.params.id),
  );

  server.delete('/api/v1/models/:id', { schema: one }, async (request, reply) => {
    const { id } = request.params;
    const model = await find(models, request.tenantId, id);
    if (await inUse(model)) {
      throw new AppError(
        `model ${id} is in charge of slice ${model.sliceId}, flavor ${model.flavorId}; profile the flavor anew first`,
        { status: 409, code: 'model-in-use' },
      );
    }
    await models.remove(request.tenantId, id);
    return reply.code(204).send();
  });
}

async function find(models: ModelStore, tenantId: string, id: string): Promise<Model> {
  const model = await models.get(tenantId, id);
  if (model !== undefined) return model;
  throw new AppError(`model ${id} is not known`, { status: 404, code: 'model-unknown' });
}

function positionOf(cursor: string) {
  const [createdAt, id] = decodeCursor(cursor, 2);
  return { createdAt: Number(createdAt), id: String(id) };
}
