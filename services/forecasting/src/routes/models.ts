import { Model } from '@slicecast/contracts';
import { AppError, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { ModelStore } from '../ports.ts';
import { ListQuery, nextCursor, pageOf } from './list-query.ts';

export interface ModelsOptions {
  readonly models: ModelStore;
  /** Whether a slice's desired state names the model; undefined while that is not known. */
  readonly inUse: (model: Pick<Model, 'id' | 'sliceId'>) => Promise<boolean | undefined>;
}

const Models = Type.Object({
  items: Type.Array(Model),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});
const Id = Type.Object({ id: Type.String({ maxLength: 200 }) });

/** Trained models with their scoreboards; newest first. */
export function addModels(server: Server, { models, inUse }: ModelsOptions): void {
  server.get(
    '/api/v1/models',
    { schema: { tags: ['models'], querystring: ListQuery, response: { 200: Models } } },
    async (request) => {
      const page = pageOf(request.query);
      const items = await models.list(request.tenantId, page);
      return { items, nextCursor: nextCursor(items, page) };
    },
  );

  const one = { tags: ['models'], params: Id };
  server.get('/api/v1/models/:id', { schema: { ...one, response: { 200: Model } } }, (request) =>
    find(models, request.tenantId, request.params.id),
  );

  server.delete('/api/v1/models/:id', { schema: one }, async (request, reply) => {
    const { id } = request.params;
    const model = await find(models, request.tenantId, id);
    refuseUsed(model, await inUse(model));
    await models.remove(request.tenantId, id);
    return reply.code(204).send();
  });
}

function refuseUsed({ id, sliceId, flavorId }: Model, used: boolean | undefined): void {
  if (used === undefined) {
    throw new AppError('it is not known yet which models the slices use; try again later', {
      status: 503,
      code: 'slices-not-known',
      retriable: true,
    });
  }
  if (!used) return;
  throw new AppError(
    `model ${id} is in charge of slice ${sliceId}, flavor ${flavorId}; profile the flavor anew first`,
    { status: 409, code: 'model-in-use' },
  );
}

async function find(models: ModelStore, tenantId: string, id: string): Promise<Model> {
  const model = await models.get(tenantId, id);
  if (model !== undefined) return model;
  throw new AppError(`model ${id} is not known`, { status: 404, code: 'model-unknown' });
}
