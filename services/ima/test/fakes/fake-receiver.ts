import { text } from 'node:stream/consumers';
import {
  acceptUploads,
  createMetrics,
  createServer,
  readMultipart,
  silentLogger,
} from '@slicecast/platform';

export interface Delivery {
  readonly headers: Readonly<Record<string, unknown>>;
  /** Text of each file part. */
  readonly files: Readonly<Record<string, string>>;
  readonly json: unknown;
}

export interface FakeReceiver {
  readonly url: string;
  readonly deliveries: readonly Delivery[];
  /** Statuses of the next answers; 200 when there are none left. */
  answer(...statuses: number[]): void;
  /** Resolves with the first delivery of the job at that location. */
  delivery(location: string | null): Promise<Delivery>;
  close(): Promise<void>;
}

/** Somebody who waits for a profile. */
export async function startFakeReceiver(): Promise<FakeReceiver> {
  const server = createServer({
    name: 'receiver',
    logger: silentLogger,
    metrics: createMetrics('receiver'),
    ready: async () => [],
  });
  const deliveries: Delivery[] = [];
  const statuses: number[] = [];
  const waiters: { id: string; resolve: (delivery: Delivery) => void }[] = [];
  acceptUploads(server, (scope) => {
    scope.post('/callback', async (request, reply) => {
      const files: Record<string, string> = {};
      if (request.isMultipart()) {
        await readMultipart(request, {
          files: ['x_selected', 'timeserie_map', 'profile'],
          fields: [],
          maxFileBytes: 2 ** 24,
          async onFile({ fieldname, stream }) {
            files[fieldname] = await text(stream);
          },
        });
      }
      const json = Object.keys(files).length === 0 ? request.body : null;
      const delivery = { headers: request.headers, files, json };
      deliveries.push(delivery);
      for (const { id, resolve } of waiters) if (isOf(delivery, id)) resolve(delivery);
      return reply.code(statuses.shift() ?? 200).send('');
    });
  });
  const url = `${await server.listen({ port: 0, host: '127.0.0.1' })}/callback`;
  return {
    url,
    deliveries,
    answer: (...next) => {
      statuses.push(...next);
    },
    delivery(location) {
      const id = location?.split('/').at(-1) ?? '';
      const there = deliveries.find((delivery) => isOf(delivery, id));
      if (there !== undefined) return Promise.resolve(there);
      return new Promise((resolve) => waiters.push({ id, resolve }));
    },
    close: () => server.close(),
  };
}

/** The delivery's id begins with its job's. */
function isOf({ headers }: Delivery, jobId: string): boolean {
  return String(headers['idempotency-key']).startsWith(jobId);
}
