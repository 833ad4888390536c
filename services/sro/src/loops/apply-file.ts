import { isDeepStrictEqual } from 'node:util';
import type { OperatorFile, SliceDefinition } from '@slicecast/contracts';
import { AppError, type Database } from '@slicecast/platform';
import { checkDefinition, checkRedefinition } from '../domain/check-definition.ts';
import { redefined } from '../domain/slice-definition.ts';
import type { DefinedSlice, DefinitionStore, Redefinition, SliceStore } from '../ports.ts';

/**
 * Brings the slices of the operator's file into the database at start: new ones are made, changed ones
 * redefined, those that left the file paused. What the API made stays; an id that it took is refused.
 * AppError `configuration-invalid` names every fault of the file.
 */
export async function applyFile(
  file: OperatorFile,
  slices: SliceStore & DefinitionStore,
  database: Database,
  now: number,
): Promise<void> {
  const defined = file.slices ?? [];
  refuseFaults(file);
  for (const definition of defined) {
    await database.transaction((tx) => slices.create(tx, definition, 'file', now));
    await slices.redefine(definition.id, (present) => redefinedByFile(present, definition));
  }
  const ids = new Set(defined.map(({ id }) => id));
  for (const state of await slices.list()) {
    if (ids.has(state.sliceId) || state.paused) continue;
    if ((await slices.find(state.sliceId))?.managedBy !== 'file') continue;
    await slices.update(state.sliceId, (present) => ({ ...present, paused: true }));
  }
}

/** undefined when it is as the file says already: a start publishes nothing anew. */
function redefinedByFile(
  { definition: before, managedBy, state }: DefinedSlice,
  definition: SliceDefinition,
): Redefinition | undefined {
  if (state.deleted) throw invalid(`Slice ${definition.id} was deleted: take an id never used.`);
  if (managedBy === 'api') {
    const remedy = 'give it another id, or delete that one';
    throw invalid(`Slice ${definition.id} was made over the API before: ${remedy}.`);
  }
  if (isDeepStrictEqual(before, definition)) return undefined;
  const [fault] = checkRedefinition(state, definition);
  if (fault !== undefined) throw invalid(`Slice ${definition.id}: ${fault.field} ${fault.message}`);
  return { definition, state: redefined(state, before, definition) };
}

function refuseFaults(file: OperatorFile): void {
  const names = { sources: file.sources.map(({ name }) => name), actuators: file.actuators };
  const errors = (file.slices ?? []).flatMap((definition, index) =>
    checkDefinition(definition, names).map((fault) => ({
      ...fault,
      field: `slices/${index}${fault.field}`,
    })),
  );
  if (errors.length === 0) return;
  const lines = errors.map(({ field, message }) => `  ${field} ${message}`).join('\n');
  throw new AppError(`The operator's file is not as it must be:\n${lines}`, {
    status: 500,
    code: 'configuration-invalid',
    errors,
  });
}

function invalid(fault: string): AppError {
  const message = `The operator's file is not as it must be: ${fault}`;
  return new AppError(message, { status: 500, code: 'configuration-invalid' });
}
