import { Change, SliceId } from '@slicecast/contracts';
import { AppError, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { ChangeReader } from '../deciding-ports.ts';
import type { SliceStore } from '../ports.ts';
import { NextCursor, PageQuery, pageOf, positionOf } from './page.ts';
import { sliceOf } from './slice-of.ts';

export interface ChangesOptions {
  readonly slices: SliceStore;
  readonly changes: ChangeReader;
}

const Params = Type.Object({ id: SliceId });
const ChangeParams = Type.Object({ id: SliceId, changeId: Type.String({ maxLength: 200 }) });

/** What became of the changes of a slice's flavor. */
export function registerChanges(server: Server, { slices, changes }: ChangesOptions): void {
  server.get(
    '/api/v1/slices/:id/changes',
    {
      schema: {
        summary: 'Changes of the flavor, newest first',
        params: Params,
        querystring: Type.Object(PageQuery),
        response: { 200: Type.Object({ items: Type.Array(Change), nextCursor: NextCursor }) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const slice = await sliceOf(slices, request.params.id, request.tenantId);
      const page = { before: positionOf(cursor), limit: limit + 1 };
      return pageOf(await changes.list(slice.sliceId, page), limit);
    },
  );

  server.get(
    '/api/v1/slices/:id/changes/:changeId',
    {
      schema: {
        summary: 'One change of the flavor',
        params: ChangeParams,
        response: { 200: Type.Object({ change: Change }) },
      },
    },
    async (request) => {
      const { id, changeId } = request.params;
      const slice = await sliceOf(slices, id, request.tenantId);
      const change = await changes.get(changeId);
      if (change === undefined || change.sliceId !== slice.sliceId) {
        const message = `Slice ${id} has no change ${changeId}.`;
        throw new AppError(message, { status: 404, code: 'change-unknown' });
      }
      return { change };
    },
  );
}
