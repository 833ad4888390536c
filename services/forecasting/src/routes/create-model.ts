import { CreateModel, Job } from '@slicecast/contracts';
import { AppError, type Clock, idempotencyKeyOf, type Server } from '@slicecast/platform';
import { Type } from 'typebox';
import { checkCreateModel, type RequestFault } from '../domain/check-create-model.ts';
import type { TrainingJobs } from '../ports.ts';
import { strictBody } from './strict-body.ts';

export interface CreateModelOptions {
  readonly jobs: TrainingJobs;
  readonly wallClock: Pick<Clock, 'now'>;
  readonly maxBodyBytes: number;
  readonly maxQueued: number;
}

const Accepted = Type.Object({ job: Job });

/** Asks for a training with a profile; the same `Idempotency-Key` gives the same job. */
export function addCreateModel(server: Server, options: CreateModelOptions): void {
  const { jobs, wallClock, maxBodyBytes, maxQueued } = options;
  server.post(
    '/api/v1/models',
    {
      bodyLimit: maxBodyBytes,
      schema: { tags: ['models'], body: CreateModel, response: { 202: Accepted } },
      validatorCompiler: strictBody(CreateModel),
    },
    async (request, reply) => {
      refuse([...foreignTenant(request.body, request.tenantId), ...checkCreateModel(request.body)]);
      const key = idempotencyKeyOf(request);
      const submitted = await jobs.submit(request.body, { key, now: wallClock.now(), maxQueued });
      if (submitted.outcome === 'full') {
        throw new AppError(`${submitted.queued} trainings wait already; try again later`, {
          status: 503,
          code: 'trainings-full',
          retriable: true,
        });
      }
      const { job } = submitted;
      return reply.code(202).header('location', `/api/v1/jobs/${job.id}`).send({ job });
    },
  );
}

function foreignTenant({ tenantId }: CreateModel, own: string): RequestFault[] {
  if (tenantId === own) return [];
  return [
    { field: '/tenantId', value: tenantId, message: `must be ${own}, whose request this is` },
  ];
}

function refuse(errors: readonly RequestFault[]): void {
  const [first] = errors;
  if (first === undefined) return;
  const detail = `${first.field} ${first.message}`;
  throw new AppError(detail, { status: 400, code: 'profile-invalid', errors });
}
