import { type FileProblem, parseYFile, SliceId, type YSeries } from '@slicecast/contracts';
import { AppError, readCsv, readMultipart, type Server } from '@slicecast/platform';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ExtractionStore } from '../adapters/extraction-store.ts';
import { saveUpload, type UploadFile } from '../adapters/upload-file.ts';
import type { ExtractionJob } from '../domain/extraction-job.ts';
import { findFlavor, findSlice, type LookUp } from './find-slice.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { beginAgain } from './select-again.ts';
import { readYMetricsFields, type YMetricsFields } from './ymetrics-fields.ts';

export interface YMetricsOptions {
  readonly lookUp: LookUp;
  readonly extractions: ExtractionStore;
  readonly maxUploadBytes: number;
  readonly now: () => number;
}

const Started = Type.Object({
  result: Type.Object({ text: Type.String(), currentTimestamp: Type.Integer() }),
});

/** MLO-V2's `POST /ymetrics/:sliceId`: a Y file in, a profile later at `callbackURL`. */
export function addYMetrics(server: Server, options: YMetricsOptions): void {
  const schema = {
    tags: ['mlo-v2'],
    summary: 'Extracts X for a Y file, selects K features and posts both to callbackURL',
    consumes: ['multipart/form-data'],
    params: Type.Object({ sliceId: SliceId }),
    response: { 201: Started },
  };
  server.post('/ymetrics/:sliceId', { schema }, async (request, reply) => {
    const { sliceId } = request.params;
    const { tenantId } = request;
    const upload: { file?: UploadFile } = {};
    try {
      const fields = await readForm(request, options, upload);
      const slice = await findSlice(options.lookUp, sliceId, tenantId);
      const flavor = findFlavor(slice, fields.sliceFlavor);
      const head = { tenantId, sliceId, flavorId: flavor.id, ...idempotencyKey(request) };
      const job = await begin(options, head, fields, upload.file);
      const { currentTimestamp } = job;
      reply.code(201).header('location', `/api/v1/jobs/${job.id}`);
      return { result: { text: 'Ok, IMAService has started.', currentTimestamp } };
    } finally {
      await upload.file?.remove();
    }
  });
}

async function readForm(
  request: FastifyRequest,
  { maxUploadBytes }: YMetricsOptions,
  upload: { file?: UploadFile },
): Promise<YMetricsFields> {
  const fields = await readMultipart(request, {
    files: ['YFile'],
    fields: ['callbackURL', 'K', 'sliceFlavor', 'YField', 'currentTimestamp'],
    maxFileBytes: maxUploadBytes,
    async onFile({ filename, stream }) {
      if (upload.file !== undefined) throw badFile('is there twice; send one', 'file-twice');
      const wrongEnding = /\.[^.]*$/.exec(filename)?.[0] ?? '.csv';
      if (wrongEnding.toLowerCase() !== '.csv') {
        stream.resume();
        throw badFile(`is called \`${filename.slice(-60)}\`; a .csv file is needed`, 'file-ending');
      }
      upload.file = await saveUpload(stream);
    },
  });
  return readYMetricsFields(fields, upload.file !== undefined);
}

interface Head {
  readonly tenantId: string;
  readonly sliceId: number;
  readonly flavorId: number;
  readonly idempotencyKey: string | undefined;
}

async function begin(
  { extractions, now }: YMetricsOptions,
  head: Head,
  { callbackUrl, k, yField, currentTimestamp }: YMetricsFields,
  file: UploadFile | undefined,
): Promise<ExtractionJob> {
  const request = { k, callbackUrl, kpi: { kind: 'file' } as const };
  if (file === undefined) {
    const again = { ...head, yField, currentTimestamp: currentTimestamp ?? 0 };
    return beginAgain(extractions, again, { ...request, rerun: true }, now());
  }
  const { kpiName, at, values, report } = await readY(file, yField);
  return extractions.begin(
    {
      ...head,
      kpiName,
      kpi: { at, values, stepMs: report.stepMs },
      request: { ...request, rerun: false },
    },
    now(),
  );
}

async function readY(file: UploadFile, yField: string | undefined): Promise<YSeries> {
  const parsed = await parseYFile(readCsv(file.read()), { kpiName: yField });
  if (parsed.ok) return parsed.value;
  throw badFile(parsed.problem.message, parsed.problem.code, parsed.problem);
}

function badFile(message: string, code: string, problem?: FileProblem): AppError {
  const value = problem?.value === undefined ? {} : { value: problem.value };
  return new AppError(`YFile: ${message}`, {
    status: 400,
    code,
    errors: [{ field: 'YFile', message, ...value }],
  });
}
