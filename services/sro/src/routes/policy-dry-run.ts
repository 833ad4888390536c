import { setImmediate } from 'node:timers/promises';
import { EpochMs, Policy, SliceId, type SliceState } from '@slicecast/contracts';
import { AppError, type Clock, createEtag, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import type { RecordLog } from '../deciding-ports.ts';
import { checkPolicy } from '../domain/policies/check-policy.ts';
import { policyDiff } from '../domain/policies/policy-diff.ts';
import { DryRun } from '../domain/record/dry-run.ts';
import type { DefinitionStore } from '../ports.ts';
import { refuseFaults } from './redefine-slice.ts';
import { definedSliceOf } from './slice-of.ts';

export interface PolicyDryRunOptions {
  readonly slices: Pick<DefinitionStore, 'find'>;
  readonly recordLog: RecordLog;
  readonly clock: Clock;
}

/** So much of the record is read at most, the newest; and so much of it is decided before others have their turn. */
const mostTicks = 10_000;
const ticksAtOnce = 100;

const Body = Type.Object(
  {
    policy: Policy,
    minutes: Type.Integer({
      minimum: 1,
      maximum: 10_080,
      default: 60,
      description: 'How far back in the record; at most 10,000 ticks of it are taken, the newest',
    }),
  },
  { additionalProperties: false },
);

const Value = Type.Union([Type.String(), Type.Number(), Type.Null()]);
const Outcome = Type.Object({
  changes: Type.Integer(),
  observedViolationSeconds: Type.Number({
    description: 'Where the flavor it would have had was in force, so that the KPI was observed',
  }),
  estimatedViolationSeconds: Type.Object(
    { low: Type.Number(), mid: Type.Number(), high: Type.Number() },
    { description: 'Elsewhere, by what was forecast for that flavor' },
  ),
  observedShare: Type.Number(),
  cost: Type.Union([Type.Number(), Type.Null()], {
    description: 'Flavor-seconds by price; null where a flavor of then is not defined any more',
  }),
});
const Result = Type.Object({
  asItRan: Outcome,
  present: Outcome,
  proposed: Outcome,
  ticksDecidedOtherwise: Type.Integer(),
  stretches: Type.Array(
    Type.Object({
      from: EpochMs,
      to: EpochMs,
      presentFlavor: Type.Integer(),
      proposedFlavor: Type.Integer(),
    }),
  ),
  stretchesLeftOut: Type.Integer(),
});
const Answer = Type.Object({
  diff: Type.Array(
    Type.Object({ field: Type.String(), from: Value, to: Value, meaning: Type.String() }),
  ),
  /** What it was tried on; null when nothing was decided in that time. */
  record: Type.Union([
    Type.Object({ from: EpochMs, to: EpochMs, ticks: Type.Integer() }),
    Type.Null(),
  ]),
  result: Type.Union([Result, Type.Null()]),
});

/**
 * Says what a policy would change before it takes effect. The answer's ETag is the definition's: sent as
 * `If-Match` with the policy, it takes effect only on what it was tried on. One runs at a time.
 */
export function addPolicyDryRun(server: Server, options: PolicyDryRunOptions): void {
  let busy = false;
  server.post(
    '/api/v1/slices/:id/policy/dry-run',
    {
      schema: {
        tags: ['slices'],
        summary:
          'What a proposed policy would change: its differences, and its decisions on the record',
        params: Type.Object({ id: SliceId }),
        body: Body,
        response: { 200: Answer },
      },
    },
    async (request, reply) => {
      const { policy, minutes } = request.body;
      const { definition, state } = await definedSliceOf(
        options.slices,
        request.params.id,
        request.tenantId,
      );
      const faults = checkPolicy(policy, state.flavors);
      refuseFaults(faults.map((fault) => ({ ...fault, field: `/policy${fault.field}` })));
      if (busy) throw busyError();
      busy = true;
      try {
        reply.header('etag', createEtag(definition));
        const tried = await tryPolicy(options, state, policy, minutes);
        return { diff: policyDiff(state.policy, policy), ...tried };
      } finally {
        busy = false;
      }
    },
  );
}

async function tryPolicy(
  { recordLog, clock }: PolicyDryRunOptions,
  slice: SliceState,
  policy: Policy,
  minutes: number,
) {
  const toMs = clock.now() + 1;
  const spanMs = Math.min(minutes * 60_000, mostTicks * slice.stepMs);
  const all = await recordLog.read(slice, { fromMs: Math.max(0, toMs - spanMs), toMs });
  const record = { ...all, ticks: all.ticks.slice(-mostTicks) };
  const [first, last] = [record.ticks[0], record.ticks.at(-1)];
  if (first === undefined || last === undefined) return { record: null, result: null };
  const run = new DryRun(record, slice, policy);
  while (run.step(ticksAtOnce)) await setImmediate();
  const { ticks } = record;
  return {
    record: { from: first.forecast.at, to: last.forecast.at, ticks: ticks.length },
    result: run.result,
  };
}

function busyError(): AppError {
  return new AppError('Another dry run is under way: try again in a few seconds.', {
    status: 503,
    code: 'dry-run-busy',
    retriable: true,
  });
}
