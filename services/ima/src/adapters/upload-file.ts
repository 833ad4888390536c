import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An upload on the disk: its columns are named by fields that may come after it. */
export interface UploadFile {
  read(): Readable;
  remove(): Promise<void>;
}

export async function saveUpload(stream: Readable): Promise<UploadFile> {
  const path = join(tmpdir(), `slicecast-upload-${randomUUID()}`);
  const remove = () => rm(path, { force: true });
  try {
    await pipeline(stream, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await remove();
    throw error;
  }
  return { read: () => createReadStream(path), remove };
}
