import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';

export interface FilePart {
  readonly fieldname: string;
  readonly filename: string;
  readonly stream: Readable;
}

export interface MultipartOptions {
  /** Names of the file parts to take; others are drained and ignored. */
  readonly files: readonly string[];
  /** Names of the text parts to return. */
  readonly fields: readonly string[];
  readonly maxFileBytes: number;
  /** Must read the stream to its end or destroy it; the next part waits. */
  onFile(part: FilePart): Promise<void>;
}

/**
 * Streams a multipart request: files go to `onFile` as they come, text fields are returned, in
 * whatever order they were sent. AppError 413 `upload-too-large`, 400 `multipart-malformed`.
 */
export async function readMultipart(
  request: FastifyRequest,
  options: MultipartOptions,
): Promise<Record<string, string>> {
  if (!request.isMultipart()) {
    throw new AppError('The body must be multipart/form-data.', {
      status: 415,
      code: 'content-type-unsupported',
    });
  }
  const fields: Record<string, string> = {};
  try {
    const limits = { fileSize: options.maxFileBytes, fieldSize: 2 ** 20, parts: 100 };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') {
        if (options.fields.includes(part.fieldname)) fields[part.fieldname] = String(part.value);
      } else if (options.files.includes(part.fieldname)) {
        await readFile(part, options);
      } else part.file.resume();
    }
  } catch (error) {
    throw error instanceof AppError ? error : malformed(error);
  }
  return fields;
}

async function readFile(
  part: { fieldname: string; filename: string; file: Readable & { truncated: boolean } },
  options: MultipartOptions,
): Promise<void> {
  const { fieldname, filename, file } = part;
  file.once('limit', () => file.destroy(tooLarge(fieldname, options.maxFileBytes)));
  await options.onFile({ fieldname, filename: filename ?? '', stream: file });
  if (!file.readableEnded && !file.destroyed) file.resume();
  await finished(file);
}

function tooLarge(field: string, maxFileBytes: number): AppError {
  const message = `is larger than the configured limit of ${maxFileBytes} bytes`;
  return new AppError(`${field} ${message}`, {
    status: 413,
    code: 'upload-too-large',
    errors: [{ field, message }],
  });
}

function malformed(cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new AppError(`The multipart body is malformed: ${detail}`, {
    status: 400,
    code: 'multipart-malformed',
    cause,
  });
}
