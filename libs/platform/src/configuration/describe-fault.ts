import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';

/** One thing that is wrong with a value: where, and what to write instead. */
export interface Fault {
  readonly path: readonly string[];
  readonly message: string;
  /** The path names a key that is there and should not be. */
  readonly unknownKey?: boolean;
}

/** Turns a schema error into faults in words, one for each key that is missing or not known. */
export function describeFault(
  _schema: TSchema,
  _value: unknown,
  error: TLocalizedValidationError,
): Fault[] {
  const path = pathOf(error.instancePath);
  if (error.keyword === 'required') {
    return error.params.requiredProperties.map((key) => ({
      path: [...path, key],
      message: 'is missing',
    }));
  }
  if (error.keyword === 'additionalProperties') {
    return error.params.additionalProperties.map((key) => ({
      path: [...path, key],
      message: 'is not known here',
      unknownKey: true,
    }));
  }
  return [{ path, message: error.message }];
}

/** The parts of a JSON pointer (RFC 6901). */
function pathOf(pointer: string): string[] {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
