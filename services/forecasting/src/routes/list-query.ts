import { decodeTimeCursor, encodeCursor } from '@slicecast/platform';
import { type Static, Type } from 'typebox';
import type { ListPage, ListPosition } from '../ports.ts';

/** Query of a newest-first list of a tenant's things. */
export const ListQuery = Type.Object({
  sliceId: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
  flavorId: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
export type ListQuery = Static<typeof ListQuery>;

/** AppError 400 `cursor-invalid` for a cursor that was not given out. */
export function pageOf({ cursor, ...filter }: ListQuery): ListPage {
  if (cursor === undefined) return filter;
  const { at: createdAt, id } = decodeTimeCursor(cursor);
  return { ...filter, before: { createdAt, id } };
}

export function nextCursor(items: readonly ListPosition[], { limit }: ListPage): string | null {
  const last = items.length === limit ? items.at(-1) : undefined;
  return last === undefined ? null : encodeCursor([last.createdAt, last.id]);
}
