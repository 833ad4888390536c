import { isDeepStrictEqual } from 'node:util';
import type { SliceDefinition } from '@slicecast/contracts';
import { AppError, checkIfMatch, createEtag } from '@slicecast/platform';
import type { FastifyRequest } from 'fastify';
import {
  checkDefinition,
  checkRedefinition,
  type OperatorNames,
} from '../domain/check-definition.ts';
import type { DefinitionFault } from '../domain/definition-fault.ts';
import { redefined } from '../domain/slice-definition.ts';
import type { DefinedSlice, DefinitionStore } from '../ports.ts';
import { unknownSlice } from './slice-of.ts';

export interface RedefineOptions {
  readonly slices: DefinitionStore;
  readonly names: OperatorNames;
}

/**
 * Changes the definition of a slice that the API made. What is read, compared with `If-Match`, checked and
 * written is one transaction: of two who change at a time, neither loses what the other one wrote.
 */
export function redefineSlice(
  { slices, names }: RedefineOptions,
  request: Pick<FastifyRequest, 'headers' | 'tenantId'>,
  sliceId: number,
  change: (present: SliceDefinition) => SliceDefinition,
): Promise<DefinedSlice> {
  return slices.redefine(sliceId, (present) => {
    const { definition: before, state } = present;
    if (state.deleted || state.tenantId !== request.tenantId) throw unknownSlice(sliceId);
    refuseOfFile(present);
    checkIfMatch(request, createEtag(before));
    const definition = change(before);
    if (isDeepStrictEqual(definition, before)) return undefined;
    refuseFaults(checkDefinition(definition, names));
    refuseFaults(checkRedefinition(state, definition), 409);
    return { definition, state: redefined(state, before, definition) };
  });
}

export function refuseOfFile({ managedBy, state }: DefinedSlice): void {
  if (managedBy === 'api') return;
  throw new AppError(
    `slice ${state.sliceId} is managed by the operator's file: change it there and start the SRO anew`,
    { status: 409, code: 'managed-by-file' },
  );
}

export function refuseFaults(faults: readonly DefinitionFault[], status = 400): void {
  if (faults.length === 0) return;
  const words = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new AppError(words, { status, code: 'definition-invalid', errors: faults });
}
