import { readFileSync } from 'node:fs';
import type { Static, TObject } from 'typebox';
import { Value } from 'typebox/value';
import { AppError, type FieldError } from '../app-error.ts';
import { findFaults } from '../schema/find-faults.ts';

/**
 * Reads the variables that `schema` names. `NAME_FILE` gives a variable's text from a file, for
 * secrets; text is coerced to numbers and booleans; an empty one counts as absent; defaults fill in.
 * AppError 500 `configuration-invalid` names every bad variable with its remedy.
 */
export function loadEnvironment<Schema extends TObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
): Static<Schema> {
  const errors: FieldError[] = [];
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.properties)) {
    const text = textOf(name, env, errors);
    if (text !== undefined) given[name] = text;
  }
  const value: unknown = Value.Default(schema, Value.Convert(schema, given));
  if (!Value.Check(schema, value)) {
    for (const { path, message } of findFaults(schema, value)) {
      const field = path[0] ?? 'environment';
      if (!errors.some((error) => error.field === field)) errors.push({ field, message });
    }
  }
  if (errors.length > 0) throw invalid(errors);
  return value as Static<Schema>;
}

function textOf(name: string, env: NodeJS.ProcessEnv, errors: FieldError[]): string | undefined {
  const file = env[`${name}_FILE`];
  const plain = env[name];
  if (file === undefined || file === '') return plain === '' ? undefined : plain;
  if (plain !== undefined && plain !== '') {
    errors.push({ field: name, message: `is given twice: unset it or ${name}_FILE` });
  }
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    errors.push({ field: name, message: `${name}_FILE cannot be read: ${why}` });
    return undefined;
  }
}

function invalid(errors: readonly FieldError[]): AppError {
  const lines = errors.map(({ field, message }) => `  ${field} ${message}`);
  return new AppError(`The environment is not as it must be:\n${lines.join('\n')}`, {
    status: 500,
    code: 'configuration-invalid',
    errors,
  });
}
