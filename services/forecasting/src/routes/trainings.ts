import { CreateModel, Job } from '@slicecast/contracts';
import { AppError, type Clock, type Server } from '@slicecast/platform';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { checkCreateModel } from '../domain/check-create-model.ts';
import type { TrainingStore } from '../ports.ts';

export interface TrainingsOptions {
  readonly store: TrainingStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly maxBodyBytes: number;
  readonly maxQueued: number;
  /** Tells the worker, if it is in this process. */
  readonly cancelled: (jobId: string) => void;
}

const Accepted = Type.Object({ job: Job });
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const retryAfterSeconds = 30;

/** Trainings: asked for with a profile, followed and cancelled as jobs. */
export function addTrainings(server: Server, options: TrainingsOptions): void {
  const { store, clock, maxBodyBytes, maxQueued } = options;
  server.post(
    '/api/v1/models',
    {
      bodyLimit: maxBodyBytes,
      schema: { tags: ['models'], body: CreateModel, response: { 202: Accepted } },
    },
    async (request, reply) => {
      const body = { ...request.body, tenantId: request.tenantId };
      refuseFaults(body);
      const key = keyOf(request);
      const submitted = await store.submit(body, { key, now: clock.now(), maxQueued });
      if (submitted.outcome === 'full') {
        reply.header('retry-after', retryAfterSeconds);
        throw new AppError(
          `${submitted.queued} trainings wait already; try again in ${retryAfterSeconds} s`,
          { status: 503, code: 'trainings-full', retriable: true },
        );
      }
      const { job } = submitted;
      return reply.code(202).header('location', `/api/v1/jobs/${job.id}`).send({ job });
    },
  );

  server.get(
    '/api/v1/jobs',
    {
      schema: {
        tags: ['jobs'],
        querystring: Type.Object({
          sliceId: Type.Optional(Type.Integer()),
          limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
        }),
        response: { 200: Type.Object({ items: Type.Array(Job) }) },
      },
    },
    async (request) => ({ items: await store.list(request.tenantId, request.query) }),
  );

  const one = { tags: ['jobs'], params: Id, response: { 200: Job } };
  server.get('/api/v1/jobs/:id', { schema: one }, (request) =>
    find(store, request.tenantId, request.params.id),
  );
  server.delete('/api/v1/jobs/:id', { schema: one }, async (request) => {
    const { id } = request.params;
    const job = await find(store, request.tenantId, id);
    if (!(await store.end(id, 'cancelled', 'cancelled on request', clock.now()))) {
      throw new AppError(`job ${id} is over: it ${job.status}`, { status: 409, code: 'job-over' });
    }
    options.cancelled(id);
    return find(store, request.tenantId, id);
  });
}

async function find(store: TrainingStore, tenantId: string, id: string): Promise<Job> {
  const job = await store.get(tenantId, id);
  if (job !== undefined) return job;
  throw new AppError(`job ${id} is not known`, { status: 404, code: 'job-unknown' });
}

function refuseFaults(request: CreateModel): void {
  const errors = checkCreateModel(request);
  const [first] = errors;
  if (first === undefined) return;
  throw new AppError(`${first.field} ${first.message}`, {
    status: 400,
    code: 'profile-invalid',
    errors,
  });
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || key === '') return undefined;
  if (typeof key === 'string' && key.length <= 255) return key;
  throw new AppError('Idempotency-Key must be one text of at most 255 signs', {
    status: 400,
    code: 'idempotency-key-invalid',
    errors: [{ field: 'header idempotency-key', message: 'shorten it to 255 signs' }],
  });
}
