import type { Actuator } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';

/** What a flavor may fill in, by name, as the operator declares it. */
export type DeclaredParameters = NonNullable<Extract<Actuator, { kind: 'command' }>['parameters']>;

/** @throws AppError `actuator-invalid` for a pattern that is no regular expression */
export function compilePatterns(
  actuator: string,
  declared: DeclaredParameters,
): ReadonlyMap<string, RegExp> {
  return new Map(
    Object.entries(declared).map(([key, { pattern }]) => [key, wholeMatch(actuator, key, pattern)]),
  );
}

export function defaultsOf(
  declared: DeclaredParameters,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(declared).map(([key, each]) => [key, each.default]));
}

/** @throws AppError `actuator-parameter` for a value that is missing or does not match as a whole */
export function checkedValue(
  actuator: string,
  key: string,
  value: string | undefined,
  pattern: RegExp | undefined,
): string {
  if (value === undefined) {
    throw refused(`actuator ${actuator} needs parameter ${key}, which the flavor does not have`);
  }
  if (pattern?.test(value) === false || value.includes('\0')) throw refusedValue(actuator, key);
  return value;
}

export function refusedValue(actuator: string, key: string): AppError {
  return refused(`parameter ${key} of actuator ${actuator} does not match the operator's pattern`);
}

export function invalidActuator(actuator: string, what: string, cause?: unknown): AppError {
  const message = `actuator ${actuator}: ${what}`;
  return new AppError(message, { status: 500, code: 'actuator-invalid', cause });
}

function wholeMatch(actuator: string, key: string, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch (cause) {
    const what = `the pattern of parameter ${key} is no regular expression`;
    throw invalidActuator(actuator, what, cause);
  }
}

function refused(message: string): AppError {
  return new AppError(message, { status: 422, code: 'actuator-parameter' });
}
