import { Policy, SliceDefinition, SliceId } from '@slicecast/contracts';
import { createEtag, type Server } from '@slicecast/platform';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { DefinedSlice } from '../ports.ts';
import { DefinitionPatch, patched } from './definition-patch.ts';
import { type RedefineOptions, redefineSlice, refuseFaults } from './redefine-slice.ts';
import { definedSliceOf } from './slice-of.ts';

const params = Type.Object({ id: SliceId });

/** A slice's definition: read with its ETag, replaced, patched, or given another policy. */
export function addSliceDefinition(server: Server, options: RedefineOptions): void {
  const path = '/api/v1/slices/:id';
  const answers = { tags: ['slices'], params, response: { 200: SliceDefinition } };
  server.get(`${path}/definition`, { schema: answers }, async (request, reply) => {
    const { id } = request.params;
    return tell(reply, await definedSliceOf(options.slices, id, request.tenantId));
  });

  const replaces = { ...answers, summary: 'Replaces the definition', body: SliceDefinition };
  server.put(path, { schema: replaces }, async (request, reply) => {
    const { id } = request.params;
    const { body, tenantId } = request;
    refuseOther(body, { id, tenantId });
    const next = { ...body, tenant: tenantId };
    return tell(reply, await redefineSlice(options, request, id, () => next));
  });

  const patches = { ...answers, summary: 'Changes a part of it', body: DefinitionPatch };
  server.patch(path, { schema: patches }, async (request, reply) => {
    const { body } = request;
    const change = (present: SliceDefinition) => patched(present, body);
    return tell(reply, await redefineSlice(options, request, request.params.id, change));
  });

  const schema = { tags: ['slices'], params, body: Policy, response: { 200: Policy } };
  server.put(`${path}/policy`, { schema }, async (request, reply) => {
    const policy = request.body;
    const change = (present: SliceDefinition) => ({ ...present, policy });
    tell(reply, await redefineSlice(options, request, request.params.id, change));
    return policy;
  });
}

/** AppError 400 for a definition that names another slice or tenant than the request does. */
export function refuseOther(
  definition: SliceDefinition,
  own: { readonly id?: number; readonly tenantId: string },
): void {
  const { id, tenant } = definition;
  if (own.id !== undefined && id !== own.id) {
    const message = `must be ${own.id}, as in the path: a slice keeps its id`;
    refuseFaults([{ field: '/id', value: id, message }]);
  }
  if (tenant !== undefined && tenant !== own.tenantId) {
    const message = `must be ${own.tenantId}, whose key was sent, or left out`;
    refuseFaults([{ field: '/tenant', value: tenant, message }]);
  }
}

function tell(reply: FastifyReply, { definition }: DefinedSlice): SliceDefinition {
  reply.header('etag', createEtag(definition));
  return definition;
}
