import { Buffer } from 'node:buffer';
import { AppError } from '../app-error.ts';

/** A page's end as opaque text; holds what the next page's query begins after. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** What stands at each place of a position. */
export type CursorPart = 'integer' | 'text';

/** The position of `encodeCursor`, with these parts; AppError 400 `cursor-invalid` for any other text. */
export function decodeCursor(cursor: string, parts: readonly CursorPart[]): (string | number)[] {
  const position = parsed(cursor);
  const fits =
    Array.isArray(position) &&
    position.length === parts.length &&
    parts.every((part, index) => isPart(position[index], part));
  if (!fits) {
    throw new AppError('The cursor is not one that this service gave out.', {
      status: 400,
      code: 'cursor-invalid',
      errors: [{ field: 'query cursor', value: cursor, message: 'leave it out to begin anew' }],
    });
  }
  return position;
}

/** The position in a newest-first list: an instant in epoch ms, and an id among those of one instant. */
export function decodeTimeCursor(cursor: string): { readonly at: number; readonly id: string } {
  const [at, id] = decodeCursor(cursor, ['integer', 'text']);
  return { at: Number(at), id: String(id) };
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function isPart(element: unknown, part: CursorPart): boolean {
  return part === 'text' ? typeof element === 'string' : Number.isSafeInteger(element);
}
