import { fastify } from 'fastify';
import { addPrometheusApi } from './prometheus-api.ts';
import { Recording } from './recording.ts';
import { addTestbedApi } from './testbed-api.ts';

export interface RecordedPrometheusOptions {
  readonly host?: string;
  /** 0: a free one. */
  readonly port: number;
  /** Epoch ms at which the live part begins; whole seconds. */
  readonly liveStartMs: number;
  /** Epoch ms: the system's clock, or one that is stepped. */
  readonly now: () => number;
}

export interface RecordedPrometheus {
  readonly url: string;
  readonly recording: Recording;
  close(): Promise<void>;
}

/** Serves the recorded traces as a Prometheus; resolves when it answers. */
export async function serveRecordedPrometheus(
  options: RecordedPrometheusOptions,
): Promise<RecordedPrometheus> {
  const recording = await Recording.open(Math.floor(options.liveStartMs / 1000), options.now);
  const server = fastify({ forceCloseConnections: true, bodyLimit: 16 * 2 ** 20 });
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(body.toString())),
  );
  server.get('/-/ready', async () => 'Recorded Prometheus is Ready.\n');
  addPrometheusApi(server, recording);
  addTestbedApi(server, recording);
  const url = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port });
  return { url, recording, close: () => server.close() };
}
