export * from './app-error.ts';
export * from './clock.ts';
export * from './configuration/load-environment.ts';
export * from './configuration/load-yaml.ts';
export * from './configuration/read-tenant-keys.ts';
export * from './database/database.ts';
export * from './database/idempotency.ts';
export * from './database/memory-database.ts';
export * from './database/migrate.ts';
export * from './database/open-database.ts';
export * from './database/pool-database.ts';
export * from './database/sql-error.ts';
export { json } from './database/sql-types.ts';
export * from './http/create-server.ts';
export * from './http/cursor.ts';
export * from './http/etag.ts';
export * from './http/http-client.ts';
export { isPublicAddress, type Resolve } from './http/public-addresses.ts';
export * from './http/read-csv.ts';
export * from './http/read-multipart.ts';
export * from './http/server.ts';
export { type TenantKeys, tenantHeader } from './http/tenant-keys.ts';
export { DeadLetter, deadLetterTopic } from './log/dead-letter.ts';
export * from './log/embedded/open-embedded-log.ts';
export * from './log/join-when-ready.ts';
export { createKafkaLog, type KafkaLogOptions } from './log/kafka/create-kafka-log.ts';
export {
  accessOf,
  type KafkaSettings,
  kafkaSettings,
  topicDefaultsOf,
} from './log/kafka/kafka-config.ts';
export * from './log/log.ts';
export * from './log/memory-log.ts';
export * from './log/unavailable-log.ts';
export * from './loops/every.ts';
export * from './loops/retry.ts';
export * from './loops/run-until-signal.ts';
export * from './observability/logger.ts';
export * from './observability/metrics.ts';
export * from './service.ts';
export * from './stepped-clock.ts';
export * from './system-clock.ts';
