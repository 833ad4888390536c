import { encodeSeriesStream, type SeriesRecord, seriesStreamType } from '@slicecast/contracts';
import { loadEnvironment, type Service, silentLogger } from '@slicecast/platform';
import { createFeatureSelection, FeatureSelectionConfig } from '../../src/app.ts';
import type { Selector } from '../../src/ports.ts';

export interface RunningService {
  readonly service: Service;
  readonly url: string;
}

/** On a port of its own; worker threads unless a selector is given. */
export async function startService(
  env: Record<string, string> = {},
  selector?: Selector,
): Promise<RunningService> {
  const config = loadEnvironment(FeatureSelectionConfig, { FEATURE_SELECTION_PORT: '0', ...env });
  const service = createFeatureSelection({ config, logger: silentLogger, selector });
  return { service, url: await service.start() };
}

/** Asks for a selection as IMA does. */
export function post(
  { url }: RunningService,
  body: Uint8Array | ReadableStream | string,
  query = 'k=2&horizonSeconds=30&stepMs=1000',
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${url}/api/v1/selections?${query}`, {
    method: 'POST',
    headers: { 'content-type': seriesStreamType },
    body,
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    ...init,
    // TypeScript's RequestInit knows no `duplex`, which fetch needs for a stream.
  } as RequestInit);
}

export async function encoded(records: Iterable<SeriesRecord>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeSeriesStream(records)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
