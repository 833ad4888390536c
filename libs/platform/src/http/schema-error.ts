import type { ErrorObject } from 'ajv';
import type { FastifyError } from 'fastify';
import { AppError, type FieldError } from '../app-error.ts';

/** No more than these are told: a wrong array of a million elements has one remedy. */
const mostErrors = 20;

/** The fields at fault, in words; `error.validationContext` is the part of the request. */
export function schemaErrorOf(error: FastifyError): AppError {
  const part = error.validationContext ?? 'body';
  const found = (error.validation ?? []) as readonly ErrorObject[];
  const errors = found.slice(0, mostErrors).map((each) => fieldError(part, each));
  const first = errors[0];
  const detail = first === undefined ? error.message : `${first.field}: ${first.message}`;
  return new AppError(detail, { status: 400, code: 'request-invalid', errors, cause: error });
}

function fieldError(part: string, error: ErrorObject): FieldError {
  const field = `${error.instancePath}${missingOrExtra(error)}`;
  const name = part === 'body' ? field || '/' : `${part} ${field.slice(1)}`;
  const message = error.message ?? 'is not as the schema wants it';
  return error.data === undefined || typeof error.data === 'object'
    ? { field: name, message }
    : { field: name, value: error.data, message };
}

function missingOrExtra({ keyword, params }: ErrorObject): string {
  if (keyword === 'required') return `/${params.missingProperty}`;
  if (keyword === 'additionalProperties') return `/${params.additionalProperty}`;
  return '';
}
