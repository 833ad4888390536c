import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AppError,
  accessOf,
  createKafkaLog,
  createMetrics,
  type KafkaAccess,
  kafkaSettings,
  type Log,
  loadEnvironment,
  openEmbeddedLog,
  silentLogger,
} from '@slicecast/platform';
import { readRecord } from '@slicecast/sro/adapters/slice-record.ts';
import type { RecordSpan, SliceRecord } from '@slicecast/sro/domain/record/slice-record.ts';
import { Type } from 'typebox';

/** In place of a folder: the brokers that the services' own variables name. */
const kafka = 'kafka';

/**
 * Reads what a live run left: in a data folder that no process has open, or, for `kafka`, on the brokers that
 * KAFKA_BROKERS and its like name. AppError `record-unknown`, `record-empty`, `topic-unknown` or `log-unavailable`.
 */
export function readRun(
  where: string,
  span: RecordSpan,
  environment: NodeJS.ProcessEnv,
): Promise<SliceRecord> {
  if (where !== kafka) return readDataFolder(where, span);
  return readBrokers(accessOf(loadEnvironment(Type.Object(kafkaSettings), environment)), span);
}

/** Changes nothing there: services may go on meanwhile. */
export function readBrokers(access: KafkaAccess, span: RecordSpan): Promise<SliceRecord> {
  const log = createKafkaLog({ access, clientId: 'replay' });
  return readAndClose(log, span, `Kafka on ${access.brokers.join(', ')}`);
}

export async function readDataFolder(folder: string, span: RecordSpan): Promise<SliceRecord> {
  const directory = join(folder, 'log');
  // Opening a log makes its folder: a mistyped one is not to be made.
  await access(directory).catch((cause) => {
    const message = `${folder} is no data folder: it holds no log`;
    throw new AppError(message, { status: 404, code: 'record-unknown', cause });
  });
  const metrics = createMetrics('replay');
  const log = await openEmbeddedLog({ directory, logger: silentLogger, metrics });
  return readAndClose(log, span, directory);
}

async function readAndClose(log: Log, span: RecordSpan, where: string): Promise<SliceRecord> {
  try {
    const record = await readRecord(log, span);
    if (record.ticks.length > 0) return record;
    const message = `${where} has no decision of slice ${span.sliceId} in that time`;
    throw new AppError(message, { status: 404, code: 'record-empty' });
  } finally {
    await log.close();
  }
}
