import type { ErrorObject } from 'ajv';
import type { FastifyError, FastifyRequest } from 'fastify';
import { AppError, type FieldError } from '../app-error.ts';
import { type Fault, findFaults } from '../schema/find-faults.ts';
import { valueAt } from '../schema/value-at.ts';

/** No more than these are told: a wrong array of a million elements has one remedy. */
const mostErrors = 20;

/** 400 `request-invalid`: the fields at fault, in words; a body's by JSON pointer, others by part and name. */
export function schemaErrorOf(error: FastifyError, request: FastifyRequest): AppError {
  const errors = fieldErrors(error, request).slice(0, mostErrors);
  const first = errors[0];
  const detail = first === undefined ? error.message : `${first.field} ${first.message}`;
  return new AppError(detail, { status: 400, code: 'request-invalid', errors, cause: error });
}

function fieldErrors(error: FastifyError, request: FastifyRequest): FieldError[] {
  const part = error.validationContext ?? 'body';
  const { schema, value } = partOf(part, request);
  const faults = isSchema(schema) ? findFaults(schema, value) : [];
  if (faults.length > 0) return faults.map((fault) => fieldError(part, fault, value));
  // The one checker may know a format that the other does not.
  const found = (error.validation ?? []) as readonly ErrorObject[];
  return found.map(({ instancePath, message = 'is not as it must be' }) => {
    return { field: fieldName(part, instancePath.split('/').slice(1)), message };
  });
}

function partOf(part: string, request: FastifyRequest): { schema: unknown; value: unknown } {
  const schemas = request.routeOptions.schema;
  if (part === 'querystring') return { schema: schemas?.querystring, value: request.query };
  if (part === 'params') return { schema: schemas?.params, value: request.params };
  if (part === 'headers') return { schema: schemas?.headers, value: request.headers };
  return { schema: schemas?.body, value: request.body };
}

function fieldError(part: string, fault: Fault, whole: unknown): FieldError {
  const field = fieldName(part, fault.path);
  const value = fault.kind === 'wrong' ? valueAt(whole, fault.path) : undefined;
  const told = value !== undefined && (typeof value !== 'object' || value === null);
  return told ? { field, value, message: fault.message } : { field, message: fault.message };
}

const partNames: Readonly<Record<string, string>> = {
  querystring: 'query',
  params: 'path',
  headers: 'header',
};

function fieldName(part: string, path: readonly string[]): string {
  if (part !== 'body') return `${partNames[part] ?? part} ${path.join('/')}`.trim();
  const escaped = path.map((each) => `/${each.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return escaped.join('') || '/';
}

function isSchema(schema: unknown): schema is object {
  return typeof schema === 'object' && schema !== null;
}
