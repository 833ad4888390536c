import { SliceId } from '@slicecast/contracts';
import type { Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { FlavorMarks } from '../adapters/flavor-marks.ts';
import { findFlavor, findSlice, type LookUp } from './find-slice.ts';

export interface ElasticityOptions {
  readonly lookUp: LookUp;
  readonly marks: FlavorMarks;
  readonly now: () => number;
}

/**
 * MLO-V2's notice of a flavor change. Feed and keep-list carry the union over all trained flavors,
 * so nothing has to be switched here; rows take the flavor in force from the slice's desired state.
 * The mark is kept and stands in the generated configuration.
 */
export function addElasticity(server: Server, { lookUp, marks, now }: ElasticityOptions): void {
  const schema = {
    tags: ['mlo-v2'],
    summary: 'Marks the flavor in force, by id or by name',
    params: Type.Object({ id: SliceId, flavor: Type.String({ minLength: 1, maxLength: 63 }) }),
    response: { 200: Type.String() },
  };
  server.post('/elasticity/slice/:id/flavor/:flavor', { schema }, async (request, reply) => {
    const slice = await findSlice(lookUp, request.params.id, request.tenantId);
    const flavor = findFlavor(slice, request.params.flavor);
    await marks.mark(slice, flavor.id, now());
    return reply.type('text/plain; charset=utf-8').send('Ok');
  });
}
