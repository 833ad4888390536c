import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../app-error.ts';
import { takeLockFile } from '../../files/lock-file.ts';
import { every } from '../../loops/every.ts';
import type { Logger } from '../../observability/logger.ts';
import { createLog, type LogOptions } from '../create-log.ts';
import type { Log } from '../log.ts';
import { createLogCounts } from '../log-counts.ts';
import { openDiskStorage } from './disk-storage.ts';

export interface EmbeddedLogOptions extends LogOptions {
  readonly directory: string;
  readonly logger: Logger;
  /** Older messages go, by the wall clock at which they were written; default 7 days. Not of compacted topics. */
  readonly maxAgeMs?: number;
  /** Of one topic; the oldest go first. Default 1 GiB. Not of compacted topics, which are bounded by their keys. */
  readonly maxBytes?: number;
  /** Of each topic made from now on; default 4. */
  readonly partitions?: number;
  /** Retention goes by whole segments; default a 16th of a partition's bytes, at most 16 MiB. */
  readonly segmentBytes?: number;
}

const dayMs = 86_400_000;
const retentionPeriodMs = 60_000;
const format = 1;

/**
 * The log on disk, of one process at a time: `append` resolves after the write was synced
 * (fdatasync, shared by those who wait), a half-written record is cut at the next start.
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<Log> {
  const { directory, logger } = options;
  await mkdir(directory, { recursive: true });
  const lock = await takeLockFile(join(directory, 'lock'), 'The log');
  try {
    await checkFormat(join(directory, 'format'));
    const counts = createLogCounts(options.metrics);
    const partitions = options.partitions ?? 4;
    const maxBytes = options.maxBytes ?? 2 ** 30;
    const storage = await openDiskStorage({
      directory,
      partitions,
      maxAgeMs: options.maxAgeMs ?? 7 * dayMs,
      maxBytes,
      segmentBytes: options.segmentBytes ?? Math.min(16 * 2 ** 20, maxBytes / partitions / 16),
      logger,
      counts,
    });
    const retention = every({
      name: 'log-retention',
      periodMs: retentionPeriodMs,
      run: () => storage.retain(),
      logger,
    });
    return createLog(
      {
        ...storage,
        async close() {
          await retention.stop();
          await storage.close();
          await lock.release();
        },
      },
      options,
    );
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function checkFormat(path: string): Promise<void> {
  const found = await readFile(path, 'utf8').catch(() => undefined);
  if (found === undefined) await writeFile(path, `${format}\n`);
  else if (Number(found) !== format) {
    throw new AppError(
      `The log's folder has format ${found.trim()}, this version knows ${format}: start the version that made it, or give another folder.`,
      { status: 500, code: 'log-format-unknown' },
    );
  }
}
