import { readFile } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { AppError, type FieldError } from '../app-error.ts';
import { type Fault, findFaults } from '../schema/find-faults.ts';
import { shown, valueAt } from '../schema/value-at.ts';

/** A file checked by schema. AppError 500 `configuration-invalid` lists every fault as `file:line:column path message`. */
export async function loadYaml<Schema extends TSchema>(
  path: string,
  schema: Schema,
): Promise<Static<Schema>> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw invalid([{ field: path, message: `cannot be read: ${cause.message}` }]);
  });
  return parseYaml(text, path, schema);
}

export function parseYaml<Schema extends TSchema>(
  text: string,
  path: string,
  schema: Schema,
): Static<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw invalid(
      document.errors.map(({ pos, message }) => ({ field: at(path, lines, pos[0]), message })),
    );
  }
  const value: unknown = Value.Default(schema, document.toJS());
  if (Value.Check(schema, value)) return value;
  throw invalid(
    findFaults(schema, value).map((fault) => ({
      field: at(path, lines, offsetOf(document, fault)),
      message: inWords(fault, value),
    })),
  );
}

function inWords({ path, message, kind }: Fault, value: unknown): string {
  const given = kind === 'wrong' ? shown(valueAt(value, path)) : undefined;
  const what = given === undefined ? message : `${message}, not ${given}`;
  return `${path.join('.') || 'the file'} ${what}`;
}

/** Where the value stands, or the key that is not known, or the nearest that is there around a missing one. */
function offsetOf(document: Document, fault: Fault): number {
  for (let depth = fault.path.length; depth >= 0; depth -= 1) {
    const path = fault.path.slice(0, depth);
    const key =
      depth === fault.path.length && fault.kind === 'unknown' ? keyAt(document, path) : undefined;
    const node = key ?? document.getIn(path, true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
    if (Array.isArray(range) && typeof range[0] === 'number') return range[0];
  }
  return 0;
}

function keyAt(document: Document, path: readonly string[]): unknown {
  const parent = document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const name = path.at(-1);
  return parent.items.find(({ key }) => isScalar(key) && String(key.value) === name)?.key;
}

function at(path: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${path}:${line}:${col}`;
}

function invalid(errors: readonly FieldError[]): AppError {
  const lines = errors.map(({ field, message }) => `${field} ${message}`);
  return new AppError(lines.join('\n'), { status: 500, code: 'configuration-invalid', errors });
}
