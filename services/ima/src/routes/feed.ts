import { FeedStatus, SliceId, type SliceState } from '@slicecast/contracts';
import type { Server } from '@slicecast/platform';
import { Type } from 'typebox';
import { findSlice } from './find-slice.ts';

export interface FeedOptions {
  readonly lookUp: (sliceId: number) => Promise<SliceState | undefined>;
  readonly feedOf: (sliceId: number) => Omit<FeedStatus, 'sliceId' | 'running'> | undefined;
}

const none = { lastTick: null, sourceError: null, kpi: null, features: [] };

/** What a slice's live rows are made of now. */
export function addFeed(server: Server, { lookUp, feedOf }: FeedOptions): void {
  server.get(
    '/api/v1/slices/:id/feed',
    {
      schema: {
        tags: ['slices'],
        params: Type.Object({ id: SliceId }),
        response: { 200: FeedStatus },
      },
    },
    async (request) => {
      const { sliceId } = await findSlice(lookUp, request.params.id, request.tenantId);
      const feed = feedOf(sliceId);
      return { sliceId, running: feed !== undefined, ...(feed ?? none) };
    },
  );
}
