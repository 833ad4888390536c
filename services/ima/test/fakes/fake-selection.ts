import {
  decodeSeriesStream,
  type SelectionReport,
  type SeriesRecord,
  seriesStreamType,
} from '@slicecast/contracts';
import { fastify } from 'fastify';

export interface FakeSelection {
  readonly url: string;
  /** What came with the newest request. */
  readonly received: { query: Record<string, string>; records: SeriesRecord[] }[];
  close(): Promise<void>;
}

/** A feature-selection that takes the first K candidates it is sent. */
export async function startFakeSelection(): Promise<FakeSelection> {
  const server = fastify();
  const received: FakeSelection['received'] = [];
  server.addContentTypeParser(seriesStreamType, (_request, payload, done) => done(null, payload));
  server.post('/api/v1/selections', async (request): Promise<SelectionReport> => {
    const query = request.query as Record<string, string>;
    const records: SeriesRecord[] = [];
    const body = request.body as AsyncIterable<Uint8Array>;
    for await (const record of decodeSeriesStream(body)) records.push(record);
    received.push({ query, records });
    const candidates = records.flatMap(({ feature }) => (feature === null ? [] : [feature]));
    const k = query.k === 'auto' ? 1 : Number(query.k);
    return {
      features: candidates.slice(0, k).map((feature) => ({ feature, score: 0.5, stability: 1 })),
      refusedCounts: { 'no-gain': Math.max(0, candidates.length - k) },
      refusals: [],
      errorByK: [0.2],
      samplesPerSecond: k,
      kpiSeries: [],
    };
  });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return { url, received, close: () => server.close() };
}
