import type { Readable } from 'node:stream';
import {
  type MapEntry,
  type Parsed,
  Profile,
  parseTimeserieMap,
  parseXSelected,
  parseYFile,
  SelectionReport,
  SliceId,
  type SliceState,
  writeYFile,
  type XSelected,
  type YSeries,
} from '@slicecast/contracts';
import { AppError, readCsv, readMultipart, type Server } from '@slicecast/platform';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { profileFromFiles } from '../domain/profile-from-files.ts';
import type { ProfileJobStore, ReceivedProfile, SliceStore } from '../ports.ts';
import { findFlavor, findSlice } from './find-slice.ts';
import { alreadyActive } from './profile.ts';
import { badFile, readY } from './read-y-upload.ts';

export interface ProfilingMetricsOptions {
  readonly slices: SliceStore;
  readonly jobs: ProfileJobStore;
  readonly maxUploadBytes: number;
  readonly now: () => number;
}

/** IMA's own part beside MLO-V2's two files: the exact rows, and how they were selected. */
const OwnPart = Type.Object({ profile: Profile, selection: SelectionReport });

interface Parts {
  x?: XSelected;
  map?: readonly MapEntry[];
  y?: YSeries;
  own?: Static<typeof OwnPart>;
}

const received = 'File Received ';

/** MLO-V2's callback of IMA, spelled as there. With `?job=` it belongs to a profiling job; a repetition does nothing. */
export function addProfilingMetrics(server: Server, options: ProfilingMetricsOptions): void {
  const schema = {
    tags: ['mlo-v2'],
    summary: 'Takes the selected metrics of a flavor',
    consumes: ['multipart/form-data'],
    params: Type.Object({ sliceId: SliceId, flavor: Type.String({ maxLength: 63 }) }),
    querystring: Type.Object({ job: Type.Optional(Type.String({ maxLength: 100 })) }),
  };
  const path = '/slice/:sliceId/flavor/:flavor/profilling_metrics';
  server.post(path, { schema }, async (request, reply) => {
    const { sliceId, flavor } = request.params;
    const slice = await findSlice(options.slices, sliceId, request.tenantId);
    const { id: flavorId } = findFlavor(slice, flavor);
    const parts = await readParts(request, options.maxUploadBytes, slice);
    const { job } = request.query;
    if (job === undefined) await beginFromFiles(options, slice, flavorId, parts);
    else await receiveFor(options, slice, flavorId, job, parts);
    reply.type('text/plain; charset=utf-8');
    return received;
  });
}

async function receiveFor(
  { jobs, now }: ProfilingMetricsOptions,
  slice: SliceState,
  flavorId: number,
  jobId: string,
  parts: Parts,
): Promise<void> {
  const job = await jobs.get(jobId);
  if (job === undefined || job.sliceId !== slice.sliceId || job.flavorId !== flavorId) {
    const message = `job ${jobId} is none of slice ${slice.sliceId}, flavor ${flavorId}`;
    throw new AppError(message, { status: 404, code: 'job-unknown' });
  }
  const y = parts.y ?? (await storedY(await jobs.yCsv(jobId), job.kpiName));
  await jobs.receive(jobId, toReceived(slice, parts, y), now());
}

async function beginFromFiles(
  { jobs, now }: ProfilingMetricsOptions,
  slice: SliceState,
  flavorId: number,
  parts: Parts,
): Promise<void> {
  const { tenantId, sliceId, kpi } = slice;
  const kept = await jobs.newestY(sliceId, flavorId);
  const y = parts.y ?? (await storedY(kept?.csv ?? null, kept?.kpiName ?? kpi.name));
  if (y === undefined && parts.own === undefined) {
    throw new AppError(
      `flavor ${flavorId} has no Y file yet: send one to its profile first, or as part \`y\` of this request`,
      { status: 409, code: 'y-missing' },
    );
  }
  const created = await jobs.create(
    {
      tenantId,
      sliceId,
      flavorId,
      kpiName: y?.kpiName ?? kpi.name,
      origin: { kind: 'files' },
      yCsv: y === undefined ? null : [...writeYFile(y)].join(''),
      urlToAnswer: null,
      received: toReceived(slice, parts, y),
    },
    now(),
  );
  if (created.outcome === 'active') throw alreadyActive(flavorId, created.jobId);
}

function toReceived(slice: SliceState, parts: Parts, y: YSeries | undefined): ReceivedProfile {
  if (parts.own !== undefined) return parts.own;
  const { x, map } = parts;
  if (x === undefined) throw missing('x_selected');
  if (map === undefined) throw missing('timeserie_map');
  if (y === undefined) throw missing('y');
  const built = profileFromFiles(x, map, y, slice.stepMs);
  if (!built.ok) throw badFile('x_selected', { code: 'files-do-not-fit', message: built.why });
  return { profile: built.profile, selection: null };
}

async function readParts(
  request: FastifyRequest,
  maxFileBytes: number,
  slice: SliceState,
): Promise<Parts> {
  const parts: Parts = {};
  await readMultipart(request, {
    files: ['x_selected', 'timeserie_map', 'profile', 'y'],
    fields: [],
    maxFileBytes,
    async onFile({ fieldname, stream }) {
      if (fieldname === 'x_selected')
        parts.x = take(fieldname, await parseXSelected(readCsv(stream)));
      if (fieldname === 'timeserie_map') {
        parts.map = take(fieldname, await parseTimeserieMap(readCsv(stream)));
      }
      if (fieldname === 'y') parts.y = await readY(fieldname, stream, { kpiName: slice.kpi.name });
      if (fieldname === 'profile') parts.own = await readOwn(stream);
    },
  });
  if (parts.x === undefined) throw missing('x_selected');
  if (parts.map === undefined) throw missing('timeserie_map');
  return parts;
}

function take<T>(part: string, parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw badFile(part, parsed.problem);
}

async function readOwn(stream: Readable): Promise<Static<typeof OwnPart>> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const value: unknown = parseJson(Buffer.concat(chunks).toString());
  if (Value.Check(OwnPart, value)) return value;
  const fault = Value.Errors(OwnPart, value)[0];
  const message = `is not { profile, selection }: ${fault?.instancePath ?? ''} ${fault?.message ?? ''}`;
  throw badFile('profile', { code: 'profile-malformed', message });
}

/** undefined for what is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function storedY(csv: string | null, kpiName: string): Promise<YSeries | undefined> {
  if (csv === null) return undefined;
  const parsed = await parseYFile(linesOf(csv), { kpiName });
  return parsed.ok ? parsed.value : undefined;
}

/** Our own file: no quotes in it but in the header, which is one cell each side of the first comma. */
async function* linesOf(csv: string) {
  let line = 0;
  for (const text of csv.trimEnd().split('\n')) {
    line += 1;
    const comma = text.indexOf(',');
    const name = text.slice(comma + 1);
    const cell = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
    yield { line, cells: [text.slice(0, comma), cell] };
  }
}

function missing(part: string): AppError {
  return badFile(part, {
    code: 'part-missing',
    message: `is missing: send it as multipart part \`${part}\``,
  });
}
