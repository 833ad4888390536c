import { AppError, type FieldError } from '@slicecast/platform';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';

/**
 * Checks a large body without coercion. It stops collecting after a few faults: a profile of a million
 * cells that are all wrong has one remedy, and listing them would take the memory that this process has.
 */
export function strictBody(schema: TSchema) {
  const validator = Compile(schema);
  return () => (body: unknown) => {
    if (validator.Check(body)) return { value: body };
    // Only now, because it walks through the whole body: what is missing may have a default.
    const filled: unknown = Value.Default(schema, body);
    if (validator.Check(filled)) return { value: filled };
    return { error: invalid(validator.Errors(filled).flatMap(faultsOf)) };
  };
}

type Fault = ReturnType<ReturnType<typeof Compile<TSchema>>['Errors']>[number];

function faultsOf(fault: Fault): FieldError[] {
  const { instancePath, message } = fault;
  if (fault.keyword !== 'required') return [{ field: instancePath || '/', message }];
  return fault.params.requiredProperties.map((name) => ({
    field: `${instancePath}/${name}`,
    message: 'is missing',
  }));
}

function invalid(errors: readonly FieldError[]): AppError {
  const [first] = errors;
  const detail = first === undefined ? 'is not as it must be' : `${first.field} ${first.message}`;
  return new AppError(detail, { status: 400, code: 'request-invalid', errors });
}
