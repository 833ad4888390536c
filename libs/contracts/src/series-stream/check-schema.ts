import { Precision, Type } from 'apache-arrow';
import type { Field } from 'apache-arrow/fb/field';
import { FloatingPoint } from 'apache-arrow/fb/floating-point';
import { Schema } from 'apache-arrow/fb/schema';
import { SeriesStreamError } from './error.ts';
import type { ArrowMessage } from './read-messages.ts';

/** Throws unless the stream's fields are exactly those of the series stream, in their order. */
export function checkSchema({ header }: ArrowMessage): void {
  const schema: Schema | null = header.header(new Schema());
  const littleEndian = schema?.endianness() === 0;
  if (schema !== null && littleEndian && schema.fieldsLength() === 3) {
    const [role, feature, values] = [schema.fields(0), schema.fields(1), schema.fields(2)];
    if (isText(role, 'role') && isText(feature, 'feature') && isNumbers(values, 'values')) return;
  }
  throw new SeriesStreamError(
    'wrong-schema',
    "The Arrow stream's fields must be (role: utf8, feature: utf8, values: list<float64>), plain and little-endian.",
  );
}

function isText(field: Field | null, name: string): boolean {
  return field !== null && field.name() === name && isPlain(field, Type.Utf8);
}

function isNumbers(field: Field | null, name: string): boolean {
  if (field === null || field.name() !== name || !isPlain(field, Type.List)) return false;
  const item = field.childrenLength() === 1 ? field.children(0) : null;
  if (item === null || !isPlain(item, Type.Float)) return false;
  const type: FloatingPoint | null = item.type(new FloatingPoint());
  return type?.precision() === Precision.DOUBLE;
}

/** Of the type, and not encoded by a dictionary. */
function isPlain(field: Field, type: Type): boolean {
  return Number(field.typeType()) === type && field.dictionary() === null;
}
