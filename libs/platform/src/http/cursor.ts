import { Buffer } from 'node:buffer';
import { AppError } from '../app-error.ts';

/** A page's end as opaque text; holds what the next page's query begins after. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position of `encodeCursor`, of `length` elements; AppError 400 `cursor-invalid` for any other text. */
export function decodeCursor(cursor: string, length: number): (string | number)[] {
  const position = parsed(cursor);
  const fits = Array.isArray(position) && position.length === length && position.every(isElement);
  if (!fits) {
    throw new AppError('The cursor is not one that this service gave out.', {
      status: 400,
      code: 'cursor-invalid',
      errors: [{ field: 'query cursor', value: cursor, message: 'leave it out to begin anew' }],
    });
  }
  return position;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function isElement(element: unknown): boolean {
  return typeof element === 'string' || typeof element === 'number';
}
