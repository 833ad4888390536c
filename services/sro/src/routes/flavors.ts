import { Flavor, SliceId } from '@slicecast/contracts';
import { AppError, createEtag, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import { findFlavor } from './find-flavor.ts';
import { type RedefineOptions, redefineSlice, refuseFaults } from './redefine-slice.ts';
import { definedSliceOf } from './slice-of.ts';

const params = Type.Object({ id: SliceId });
const flavorParams = Type.Object({ id: SliceId, flavor: Type.String({ maxLength: 63 }) });
const path = '/api/v1/slices/:id/flavors';

/** The flavors of a slice, one by one; each change is one of the slice's definition. */
export function addFlavors(server: Server, options: RedefineOptions): void {
  const { slices } = options;
  const List = Type.Object({ items: Type.Array(Flavor) });
  const listed = { tags: ['slices'], params, response: { 200: List } };
  server.get(path, { schema: listed }, async (request, reply) => {
    const { id } = request.params;
    const { definition } = await definedSliceOf(slices, id, request.tenantId);
    reply.header('etag', createEtag(definition));
    return { items: definition.flavors };
  });

  const added = { tags: ['slices'], params, body: Flavor, response: { 201: Flavor } };
  server.post(path, { schema: added }, async (request, reply) => {
    const { id } = request.params;
    const flavor = request.body;
    await redefineSlice(options, request, id, (definition) => {
      if (definition.flavors.some((other) => other.id === flavor.id)) throw taken(flavor);
      return { ...definition, flavors: [...definition.flavors, flavor] };
    });
    reply.code(201).header('location', `/api/v1/slices/${id}/flavors/${flavor.id}`);
    return flavor;
  });

  const one = { tags: ['slices'], params: flavorParams };
  const changed = { ...one, body: Flavor, response: { 200: Flavor } };
  server.put(`${path}/:flavor`, { schema: changed }, async (request) => {
    const { id } = request.params;
    const flavor = request.body;
    const { state } = await definedSliceOf(slices, id, request.tenantId);
    const { id: flavorId } = findFlavor(state, request.params.flavor);
    if (flavor.id !== flavorId) {
      const message = `must be ${flavorId}, as in the path: a flavor keeps its id`;
      refuseFaults([{ field: '/id', value: flavor.id, message }]);
    }
    await redefineSlice(options, request, id, (definition) => ({
      ...definition,
      flavors: definition.flavors.map((other) => (other.id === flavorId ? flavor : other)),
    }));
    return flavor;
  });

  server.delete(`${path}/:flavor`, { schema: one }, async (request, reply) => {
    const { id } = request.params;
    const { state } = await definedSliceOf(slices, id, request.tenantId);
    const { id: flavorId } = findFlavor(state, request.params.flavor);
    await redefineSlice(options, request, id, (definition) => ({
      ...definition,
      flavors: definition.flavors.filter((other) => other.id !== flavorId),
    }));
    return reply.code(204).send();
  });
}

function taken({ id }: Flavor): AppError {
  return new AppError(`flavor ${id} exists: change it with PUT, or take another id`, {
    status: 409,
    code: 'flavor-exists',
    errors: [{ field: '/id', value: id, message: 'take an id that no flavor of the slice has' }],
  });
}
