import type { OperatorFile } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import { checkDefinition } from '../domain/slice-definition.ts';
import type { DefinitionStore, SliceStore } from '../ports.ts';

/**
 * Brings the slices of the operator's file into the database at start: new ones are made, changed ones
 * redefined, those that left the file paused. What the API made stays; an id that it took is refused.
 * AppError `configuration-invalid` names every fault of the file.
 */
export async function applyFile(
  file: OperatorFile,
  slices: SliceStore & DefinitionStore,
  now: number,
): Promise<void> {
  const defined = file.slices ?? [];
  refuseFaults(file);
  for (const definition of defined) {
    const known = await slices.find(definition.id);
    if (known === undefined) {
      await slices.create(definition, 'file', now);
      continue;
    }
    if (known.managedBy === 'api') throw taken(definition.id);
    if (JSON.stringify(known.definition) !== JSON.stringify(definition)) {
      await slices.redefine(definition, 'file');
    }
  }
  const ids = new Set(defined.map(({ id }) => id));
  for (const state of await slices.list()) {
    if (ids.has(state.sliceId) || state.paused) continue;
    if ((await slices.find(state.sliceId))?.managedBy !== 'file') continue;
    await slices.update(state.sliceId, (present) => ({ ...present, paused: true }));
  }
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

function taken(sliceId: number): AppError {
  return new AppError(
    `Slice ${sliceId} of the operator's file was made over the API before: give it another id, or delete that one.`,
    { status: 500, code: 'configuration-invalid' },
  );
}
