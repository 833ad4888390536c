import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';

/** The environment of a service that talks to Kafka; services spread it into their own. */
export const kafkaSettings = {
  KAFKA_BROKERS: Type.String({
    pattern: '^[^,\\s:]+:[0-9]+(,[^,\\s:]+:[0-9]+)*$',
    default: '127.0.0.1:9092',
    description: 'Kafka, as host:port with commas between',
  }),
  KAFKA_PARTITIONS: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 12,
    description: 'Partitions of a topic that is made; the most replicas that share the work',
  }),
  KAFKA_REPLICATION_FACTOR: Type.Integer({
    minimum: -1,
    maximum: 9,
    default: -1,
    description: "Copies of a topic that is made; -1: the brokers' default",
  }),
  KAFKA_RETENTION_HOURS: Type.Integer({
    minimum: 1,
    default: 168,
    description: 'Messages of a topic that is made are kept for so long',
  }),
  KAFKA_TLS: Type.Boolean({ default: false, description: 'Whether Kafka is reached over TLS' }),
  KAFKA_CA_FILE: Type.Optional(
    Type.String({ description: "PEM of the authority that signed the brokers' certificates" }),
  ),
  KAFKA_SASL_MECHANISM: Type.Optional(
    Type.Union(
      [Type.Literal('plain'), Type.Literal('scram-sha-256'), Type.Literal('scram-sha-512')],
      { description: 'How to sign in: plain, scram-sha-256 or scram-sha-512' },
    ),
  ),
  KAFKA_SASL_USERNAME: Type.Optional(Type.String({ description: 'Name to sign in with' })),
  KAFKA_SASL_PASSWORD: Type.Optional(Type.String({ description: 'Password to sign in with' })),
};
const KafkaSettings = Type.Object(kafkaSettings);
export type KafkaSettings = Static<typeof KafkaSettings>;

/** Where the brokers are and how to sign in. */
export interface KafkaAccess {
  readonly brokers: readonly string[];
  /** PEM of the authority, where it is not a public one. */
  readonly tls?: { readonly ca?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** How topics are made that are not there yet. */
export interface TopicDefaults {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly retentionMs: number;
}

export function accessOf(settings: KafkaSettings): KafkaAccess {
  const { KAFKA_CA_FILE: caFile, KAFKA_SASL_MECHANISM: mechanism } = settings;
  const ca = caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') };
  const username = settings.KAFKA_SASL_USERNAME ?? '';
  const password = settings.KAFKA_SASL_PASSWORD ?? '';
  return {
    brokers: settings.KAFKA_BROKERS.split(','),
    ...(settings.KAFKA_TLS ? { tls: ca } : {}),
    ...(mechanism === undefined ? {} : { sasl: { mechanism, username, password } }),
  };
}

export function topicDefaultsOf(settings: KafkaSettings): TopicDefaults {
  return {
    partitions: settings.KAFKA_PARTITIONS,
    replicationFactor: settings.KAFKA_REPLICATION_FACTOR,
    retentionMs: settings.KAFKA_RETENTION_HOURS * 3_600_000,
  };
}
