import {
  FeedStatus,
  Flavor,
  ForecastingStatus,
  Job,
  Kpi,
  Mode,
  Policy,
  Sla,
  SliceId,
  type SliceState,
} from '@slicecast/contracts';
import { createEtag, type HttpClient, type Server, tenantHeader } from '@slicecast/platform';
import type { FastifyReply } from 'fastify';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { publicJob } from '../adapters/profile-job-row.ts';
import type { Deciding } from '../deciding.ts';
import { DecidingStatus } from '../describe-deciding.ts';
import { type Readiness, readinessOf } from '../domain/readiness.ts';
import type { DefinitionStore, ProfileJobs } from '../ports.ts';
import { type RecentAnswer, RecentAnswers } from './recent-answers.ts';
import { definedSliceOf } from './slice-of.ts';

export interface SliceStatusOptions {
  readonly slices: DefinitionStore;
  readonly jobs: ProfileJobs;
  readonly deciding: Pick<Deciding, 'describe'>;
  readonly ima: HttpClient;
  readonly forecasting: HttpClient;
}

/** Others are asked for their part; one that does not answer in time is named, and the rest is told. */
const patienceMs = 2000;

const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

const SliceStatus = Type.Object({
  id: SliceId,
  name: Type.String(),
  tenant: Type.String(),
  managedBy: Type.String(),
  hosts: Type.Array(Type.String()),
  kpi: Kpi,
  sla: Sla,
  flavors: Type.Array(Flavor),
  flavorInForce: Type.Integer(),
  flavorSince: Type.Integer(),
  epoch: Type.Integer(),
  horizonSeconds: Type.Integer(),
  stepMs: Type.Integer(),
  policy: Policy,
  mode: Mode,
  paused: Type.Boolean(),
  /** What the slice does now; when it is not ready: why, and what will make it so. */
  does: Type.String(),
  ready: Type.Boolean(),
  missing: Type.Array(Type.String()),
  trained: Type.Array(
    Type.Object({ flavorId: Type.Integer(), modelId: Type.String(), features: Type.Integer() }),
  ),
  jobs: Type.Array(Job),
  deciding: orNull(DecidingStatus),
  forecasting: orNull(ForecastingStatus),
  feed: orNull(FeedStatus),
  unreachable: Type.Array(Type.String()),
});

/** So old a status may be; what this service itself is told to do shows at once. */
const keepMs = 500;
const mostKept = 1000;

/** `GET /api/v1/slices/:id`: everything that is known of a slice, from everyone. */
export function addSliceStatus(server: Server, options: SliceStatusOptions): void {
  const recent = new RecentAnswers({ keepMs, mostKept });
  server.addHook('onSend', ({ method }, _reply, _payload, done) => {
    if (method !== 'GET') recent.forget();
    done();
  });
  server.get(
    '/api/v1/slices/:id',
    {
      schema: {
        tags: ['slices'],
        params: Type.Object({ id: SliceId }),
        response: { 200: SliceStatus },
      },
    },
    (request, reply): void | Promise<void> => {
      const { id } = request.params;
      const { tenantId } = request;
      const key = `${tenantId} ${id}`;
      const made = recent.made(key);
      if (made !== undefined) return sendAnswer(reply, made);
      const make = () => statusOf(options, id, tenantId);
      return recent.of(key, make).then((answer) => sendAnswer(reply, answer));
    },
  );
}

/** Its text is JSON already: a string of that type is sent as it is. */
function sendAnswer(reply: FastifyReply, { etag, text }: RecentAnswer): void {
  reply.header('etag', etag).header('content-type', 'application/json; charset=utf-8').send(text);
}

async function statusOf(
  options: SliceStatusOptions,
  id: number,
  tenantId: string,
): Promise<RecentAnswer> {
  const slice = await definedSliceOf(options.slices, id, tenantId);
  const { state, managedBy, definition } = slice;
  const { unreachable, feed, forecasting } = await askOthers(options, state);
  const jobs = await options.jobs.list(state.tenantId, { sliceId: id, limit: 10 });
  const readiness = readinessOf({ state, jobs, feed, forecasting, unreachable });
  const status: Static<typeof SliceStatus> = {
    ...describe(state, readiness),
    managedBy,
    jobs: jobs.map(publicJob),
    deciding: await options.deciding.describe(state),
    forecasting,
    feed,
    unreachable,
  };
  return { etag: createEtag(definition), text: JSON.stringify(status) };
}

function describe(state: SliceState, readiness: Readiness) {
  const { name, tenantId: tenant, hosts, kpi, sla, flavors, flavorInForce, flavorSince } = state;
  const { epoch, horizonSeconds, stepMs, policy, mode, paused } = state;
  return {
    id: state.sliceId,
    ...{ name, tenant, hosts, kpi, sla, flavors, flavorInForce, flavorSince },
    ...{ epoch, horizonSeconds, stepMs, policy, mode, paused },
    ...readiness,
    trained: state.trained.map(({ flavorId, modelId, features }) => ({
      flavorId,
      modelId,
      features: features.length,
    })),
  };
}

async function askOthers({ ima, forecasting }: SliceStatusOptions, state: SliceState) {
  const unreachable: string[] = [];
  const ask = async <S extends TSchema>(
    name: string,
    http: HttpClient,
    url: string,
    schema: S,
  ): Promise<Static<S> | null> => {
    const headers = { [tenantHeader]: state.tenantId };
    const answer = await http
      .request({ method: 'GET', url, headers, timeoutMs: patienceMs })
      .catch((error) => {
        unreachable.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      });
    return answer !== undefined && Value.Check(schema, answer.body) ? answer.body : null;
  };
  const path = `/api/v1/slices/${state.sliceId}`;
  const [feed, forecast] = await Promise.all([
    ask('ima', ima, `${path}/feed`, FeedStatus),
    ask('forecasting', forecasting, `${path}/forecasting`, ForecastingStatus),
  ]);
  return { unreachable, feed, forecasting: forecast };
}
