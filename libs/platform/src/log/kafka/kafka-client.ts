import { type ConsumerConfig, Kafka, type LogEntry, logLevel, type SASLOptions } from 'kafkajs';
import { AppError } from '../../app-error.ts';
import type { Logger } from '../../observability/logger.ts';
import { speakEveryCodec } from './compression.ts';
import type { KafkaAccess } from './kafka-config.ts';

/** A request that no broker answers fails after these, so that who asked hears of it in seconds. */
const retry = { initialRetryTime: 100, maxRetryTime: 1000, retries: 4 };

export function createKafkaClient(
  { brokers, tls, sasl }: KafkaAccess,
  clientId: string,
  logger: Logger,
): Kafka {
  speakEveryCodec();
  return new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    retry,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => pass(entry, logger),
    ...(tls === undefined ? {} : { ssl: { ...tls } }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as SASLOptions }),
  });
}

/** Members are missed after this time, and their partitions given to others. */
const sessionTimeoutMs = 6000;
export const heartbeatMs = 1000;

/** What every consumer of the suite has in common; it never restarts by itself. */
export const consumerSettings = {
  sessionTimeout: sessionTimeoutMs,
  rebalanceTimeout: 10_000,
  heartbeatInterval: heartbeatMs,
  maxBytesPerPartition: 2 ** 20,
  maxBytes: 8 * 2 ** 20,
  allowAutoTopicCreation: false,
  metadataMaxAge: 60_000,
  retry: { ...retry, restartOnFailure: async () => false },
} satisfies Partial<ConsumerConfig>;

/** The client's own errors are warnings here: whoever asked gets them too, and says what follows. */
function pass({ level, log }: LogEntry, logger: Logger): void {
  const { message, timestamp: _, logger: __, stack: ___, ...about } = log;
  if (level <= logLevel.WARN) logger.warn(about, `kafka: ${message}`);
  else logger.debug(about, `kafka: ${message}`);
}

/** AppError 503 `log-unavailable`, retriable. */
export function logUnavailable(cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AppError(`The log is not available: ${why}`, {
    status: 503,
    code: 'log-unavailable',
    retriable: true,
    cause,
  });
}
