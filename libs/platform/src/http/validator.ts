import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';

const shared = { useDefaults: true, strict: false } as const;

/**
 * Checks bodies as they are and coerces path, query and headers, which are text by nature. A body
 * that were coerced would turn `null`, which is what JSON makes of NaN, into 0.
 */
export function createValidator(): FastifySchemaCompiler<object> {
  const strictly = withFormats(new Ajv({ ...shared, coerceTypes: false }));
  const leniently = withFormats(new Ajv({ ...shared, coerceTypes: 'array' }));
  return ({ schema, httpPart }): ValidateFunction =>
    (httpPart === 'body' ? strictly : leniently).compile(schema);
}

function withFormats(ajv: Ajv): Ajv {
  // The package is CommonJS: its function is the default export or a field of it, as Node sees fit.
  const add = 'default' in addFormats ? addFormats.default : addFormats;
  add(ajv);
  return ajv;
}
