import {
  EpochMs,
  Policy,
  Reason,
  SliceDecision,
  SliceId,
  type SliceState,
} from '@slicecast/contracts';
import { AppError, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { DecisionLog, DecisionStore, RecordLog } from '../deciding-ports.ts';
import { explain } from '../domain/explain.ts';
import { memorySeconds, otherPolicies } from '../domain/other-policies.ts';
import type { SliceStore } from '../ports.ts';
import { NextCursor, PageQuery, pageOf, positionOf } from './page.ts';
import { sliceOf } from './slice-of.ts';

export interface DecisionsOptions {
  readonly slices: SliceStore;
  readonly decisions: DecisionStore;
  readonly decisionLog: DecisionLog;
  readonly recordLog: RecordLog;
}

const Params = Type.Object({ id: SliceId });
const DecisionParams = Type.Object({ id: SliceId, decisionId: Type.String({ maxLength: 200 }) });
const Query = Type.Object({
  ...PageQuery,
  action: Type.Optional(Type.Union([Type.Literal('keep'), Type.Literal('change')])),
  reason: Type.Optional(Reason),
  /** Epoch ms: from <= at < to. */
  from: Type.Optional(EpochMs),
  to: Type.Optional(EpochMs),
});

/** A decision in a list: without the state that only its decider reads. */
const ListedDecision = Type.Omit(SliceDecision, ['state']);

const PolicyKind = Type.Union([
  Type.Literal('predictive'),
  Type.Literal('reactive'),
  Type.Literal('load-threshold'),
  Type.Literal('mlo-v2'),
]);

/** What another policy would have done at the same tick. */
const Other = Type.Union([
  Type.Object({
    kind: PolicyKind,
    /** With what it was asked; what is left out has its default. */
    policy: Policy,
    /** Ticks before this one that it was shown, of the last ten minutes. */
    ticksSeen: Type.Integer(),
    explanation: Type.String(),
    decision: ListedDecision,
  }),
  Type.Object({
    kind: PolicyKind,
    /** Why it cannot be said. */
    unavailable: Type.String(),
  }),
]);

/** What was decided and why: where outcome or reason changed, from the database; each tick, from the log. */
export function registerDecisions(server: Server, options: DecisionsOptions): void {
  server.get(
    '/api/v1/slices/:id/decisions',
    {
      schema: {
        summary: 'Decisions that changed outcome or reason, newest first',
        params: Params,
        querystring: Query,
        response: {
          200: Type.Object({ items: Type.Array(ListedDecision), nextCursor: NextCursor }),
        },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const slice = await sliceOf(options.slices, request.params.id, request.tenantId);
      const page = { ...filter, before: positionOf(cursor), limit: limit + 1 };
      return pageOf(await options.decisions.list(slice.sliceId, page), limit);
    },
  );

  server.get(
    '/api/v1/slices/:id/decisions/:decisionId',
    {
      schema: {
        summary: 'The decision of a tick, with the state of its decider',
        params: DecisionParams,
        response: { 200: Type.Object({ decision: SliceDecision }) },
      },
    },
    async (request) => {
      const { id, decisionId } = request.params;
      const slice = await sliceOf(options.slices, id, request.tenantId);
      return { decision: await decisionOf(options, slice, decisionId) };
    },
  );

  server.get(
    '/api/v1/slices/:id/decisions/:decisionId/explain',
    {
      schema: {
        summary:
          'A decision in words, with its numbers, and what the other policies would have done',
        params: DecisionParams,
        response: {
          200: Type.Object({
            explanation: Type.String(),
            decision: ListedDecision,
            others: Type.Array(Other),
          }),
        },
      },
    },
    async (request) => {
      const { id, decisionId } = request.params;
      const slice = await sliceOf(options.slices, id, request.tenantId);
      const decision = await decisionOf(options, slice, decisionId);
      const others = await othersOf(options, slice, decision);
      return { explanation: explain(decision, slice), decision, others };
    },
  );
}

/** At most ten minutes of the log are read back: no policy looks further without being told to. */
async function othersOf(
  { recordLog }: DecisionsOptions,
  slice: SliceState,
  decision: SliceDecision,
) {
  const { at, id } = decision;
  const fromMs = Math.max(0, at - memorySeconds * 1000);
  const { ticks } = await recordLog.read(slice, { fromMs, toMs: at + 1 });
  const tick = ticks.find((each) => each.decision.id === id);
  const past = ticks.filter(({ forecast }) => forecast.at < at);
  return otherPolicies(decision, tick, past);
}

async function decisionOf(
  { decisions, decisionLog }: DecisionsOptions,
  slice: SliceState,
  id: string,
): Promise<SliceDecision> {
  const stored = (await decisions.get(id)) ?? (await fromLog(decisionLog, slice, id));
  if (stored !== undefined && stored.sliceId === slice.sliceId) return stored;
  const message = `Slice ${slice.sliceId} has no decision ${id}, or it is older than what is kept.`;
  throw new AppError(message, { status: 404, code: 'decision-unknown' });
}

/** The id of a tick's decision names the tick. */
async function fromLog(
  decisionLog: DecisionLog,
  slice: SliceState,
  id: string,
): Promise<SliceDecision | undefined> {
  const at = Number(/^\d+-(\d{1,16})(-silence)?$/.exec(id)?.[1]);
  return Number.isSafeInteger(at) ? decisionLog.find(slice.sliceId, at, id) : undefined;
}
