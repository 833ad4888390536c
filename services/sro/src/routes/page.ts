import { decodeTimeCursor, encodeCursor } from '@slicecast/platform';
import { Type } from 'typebox';
import type { Position } from '../deciding-ports.ts';

/** Query of a newest-first list: how many, and after which. */
export const PageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  /** `nextCursor` of the page before. */
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
};

/** The cursor of the next page; null on the last one. */
export const NextCursor = Type.Union([Type.String(), Type.Null()]);

export function positionOf(cursor: string | undefined): Position | undefined {
  return cursor === undefined ? undefined : decodeTimeCursor(cursor);
}

/** Of items that were asked for with one more than the page holds. */
export function pageOf<Item extends Position>(items: readonly Item[], limit: number) {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  const more = items.length > limit && last !== undefined;
  return { items: page, nextCursor: more ? encodeCursor([last.at, last.id]) : null };
}
