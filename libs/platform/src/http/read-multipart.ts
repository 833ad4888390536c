import type { Readable } from 'node:stream';
import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';

export interface FilePart {
  readonly fieldname: string;
  /** As the client calls it, without folders; empty when it gives none. */
  readonly filename: string;
  readonly stream: Readable;
}

export interface MultipartOptions {
  /** Names of the file parts to take; others are drained and ignored. */
  readonly files: readonly string[];
  /** Names of the text parts to return; of a repeated one, the first. */
  readonly fields: readonly string[];
  readonly maxFileBytes: number;
  /** Reads the stream to its end, or leaves it: the next part waits for its promise alone. */
  onFile(part: FilePart): Promise<void>;
}

/** Of one text part. */
const maxFieldBytes = 2 ** 20;
const maxParts = 100;

/**
 * Streams a multipart request: files go to `onFile` as they come, text fields are returned, in
 * whatever order they were sent. The stream of a file over the limit, or of a client that went
 * away, fails with the AppError that this function rejects with: 413 `upload-too-large`,
 * 400 `upload-aborted`; also 400 `multipart-malformed`, 415 when it is no multipart at all.
 */
export async function readMultipart(
  request: FastifyRequest,
  options: MultipartOptions,
): Promise<Record<string, string>> {
  if (!request.isMultipart()) throw notMultipart();
  const limits = { fileSize: options.maxFileBytes, fieldSize: maxFieldBytes, parts: maxParts };
  const fields: Record<string, string> = {};
  const seen = new Set<string>();
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') await takeFile(part, options, seen);
      else takeField(part, options, fields);
    }
    return fields;
  } catch (error) {
    throw refusalOf(error, request);
  }
}

async function takeFile(
  part: MultipartFile,
  options: MultipartOptions,
  seen: Set<string>,
): Promise<void> {
  const { fieldname, file } = part;
  if (!options.files.includes(fieldname)) {
    file.resume();
    return;
  }
  if (seen.has(fieldname)) throw repeated(fieldname);
  seen.add(fieldname);
  const refusal = tooLarge(fieldname, options.maxFileBytes);
  // A small file is over its limit before it gets here, a large one while it is read.
  if (file.truncated) throw refusal;
  file.once('limit', () => file.destroy(refusal));
  try {
    await options.onFile({ fieldname, filename: part.filename ?? '', stream: file });
  } catch (error) {
    throw file.truncated ? refusal : error;
  }
  if (file.truncated) throw refusal;
  file.resume();
}

function takeField(
  part: MultipartValue,
  options: MultipartOptions,
  fields: Record<string, string>,
): void {
  const { fieldname, value, valueTruncated } = part;
  if (!options.fields.includes(fieldname) || fieldname in fields) return;
  if (valueTruncated) throw tooLarge(fieldname, maxFieldBytes);
  fields[fieldname] = typeof value === 'string' ? value : JSON.stringify(value);
}

function refusalOf(error: unknown, request: FastifyRequest): unknown {
  if (error instanceof AppError) return error;
  if (request.raw.destroyed && !request.raw.complete) {
    return new AppError('The client went away in the middle of the upload.', {
      status: 400,
      code: 'upload-aborted',
      cause: error,
    });
  }
  return isParserError(error) ? malformed(error) : error;
}

/** Errors of the parser are told from those of `onFile` by their names and the parser's own words. */
function isParserError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return code.startsWith('FST_') || /multipart|malformed part header|boundary/i.test(error.message);
}

function notMultipart(): AppError {
  return new AppError('The body must be multipart/form-data.', {
    status: 415,
    code: 'content-type-unsupported',
  });
}

function tooLarge(field: string, maxBytes: number): AppError {
  const message = `is larger than the configured limit of ${maxBytes} bytes`;
  return new AppError(`${field} ${message}`, {
    status: 413,
    code: 'upload-too-large',
    errors: [{ field, message }],
  });
}

function repeated(field: string): AppError {
  return new AppError(`${field} is there twice: send it once`, {
    status: 400,
    code: 'part-repeated',
    errors: [{ field, message: 'send it once' }],
  });
}

function malformed(cause: Error): AppError {
  return new AppError(`The multipart body is malformed: ${cause.message}`, {
    status: 400,
    code: 'multipart-malformed',
    cause,
  });
}
