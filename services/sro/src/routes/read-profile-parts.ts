import type { Readable } from 'node:stream';
import {
  type MapEntry,
  type Parsed,
  Profile,
  parseTimeserieMap,
  parseXSelected,
  SelectionReport,
  type SliceState,
  type XSelected,
  type YSeries,
} from '@slicecast/contracts';
import { type AppError, readCsv, readMultipart } from '@slicecast/platform';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { faultOfProfile } from '../domain/fault-of-profile.ts';
import { badFile, readY } from './read-y-upload.ts';

/** IMA's own part beside MLO-V2's two files: the exact rows, and how they were selected. */
const OwnPart = Type.Object({ profile: Profile, selection: SelectionReport });
type OwnPart = Static<typeof OwnPart>;

export interface ProfileParts {
  readonly x: XSelected;
  readonly map: readonly MapEntry[];
  readonly y?: YSeries | undefined;
  readonly own?: OwnPart | undefined;
}

/** Reads the parts of IMA's callback as they come in; AppError 400 names the part and what is wrong in it. */
export async function readProfileParts(
  request: FastifyRequest,
  maxFileBytes: number,
  slice: SliceState,
): Promise<ProfileParts> {
  const parts: { -readonly [Part in keyof ProfileParts]?: ProfileParts[Part] } = {};
  await readMultipart(request, {
    files: ['x_selected', 'timeserie_map', 'profile', 'y'],
    fields: [],
    maxFileBytes,
    async onFile({ fieldname, stream }) {
      if (fieldname === 'x_selected') {
        parts.x = take(fieldname, await parseXSelected(readCsv(stream)));
      }
      if (fieldname === 'timeserie_map') {
        parts.map = take(fieldname, await parseTimeserieMap(readCsv(stream)));
      }
      if (fieldname === 'y') parts.y = await readY(fieldname, stream, { kpiName: slice.kpi.name });
      if (fieldname === 'profile') parts.own = await readOwn(stream);
    },
  });
  const { x, map } = parts;
  if (x === undefined) throw missing('x_selected');
  if (map === undefined) throw missing('timeserie_map');
  return { ...parts, x, map };
}

function take<T>(part: string, parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw badFile(part, parsed.problem);
}

async function readOwn(stream: Readable): Promise<OwnPart> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const value: unknown = parseJson(Buffer.concat(chunks).toString());
  if (!Value.Check(OwnPart, value)) {
    const error = Value.Errors(OwnPart, value)[0];
    const where = `${error?.instancePath ?? ''} ${error?.message ?? ''}`;
    throw malformed(`is not { profile, selection }: ${where}`);
  }
  const fault = faultOfProfile(value.profile);
  if (fault !== undefined) throw malformed(fault);
  return value;
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

function malformed(message: string): AppError {
  return badFile('profile', { code: 'profile-malformed', message });
}

function missing(part: string): AppError {
  return badFile(part, {
    code: 'part-missing',
    message: `is missing: send it as multipart part \`${part}\``,
  });
}
