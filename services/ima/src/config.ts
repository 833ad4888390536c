import { type Static, Type } from 'typebox';
import type { RemoteWriteTarget } from './domain/prometheus-configuration.ts';

const Url = (description: string, fallback: string) =>
  Type.String({ pattern: '^https?://', default: fallback, description });
const Count = (description: string, fallback: number, minimum = 1) =>
  Type.Integer({ minimum, default: fallback, description });

/** The environment of `ima`. */
export const ImaConfig = Type.Object({
  IMA_HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
  IMA_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 5000,
    description: 'Port to listen on',
  }),
  IMA_DATA_DIR: Type.String({
    default: './data/ima',
    description: 'Folder of the extractions that are kept; replicas share it',
  }),
  IMA_MAX_UPLOAD_BYTES: Count('Largest Y file, bytes', 50 * 2 ** 20),
  IMA_ALLOWED_LATENESS_MS: Count('A tick waits so long for its samples, ms', 1500, 0),
  IMA_INSTANCE: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,100}$',
      description:
        "Name of this process among several of its kind; default of the host's name and the port",
    }),
  ),
  IMA_RECEIVE_TOKEN: Type.Optional(
    Type.String({ minLength: 8, description: 'Bearer token that remote write must send' }),
  ),
  IMA_RECEIVE_USERNAME: Type.Optional(
    Type.String({ minLength: 1, description: 'Name that remote write must send' }),
  ),
  IMA_RECEIVE_PASSWORD: Type.Optional(
    Type.String({ minLength: 8, description: 'Password that remote write must send' }),
  ),
  IMA_RECEIVE_MAX_BODY_BYTES: Count('Largest body of a remote write, bytes', 16 * 2 ** 20),
  IMA_RECEIVE_MAX_DECODED_BYTES: Count('The same when decompressed', 64 * 2 ** 20),
  IMA_RECEIVE_MAX_IN_FLIGHT_BYTES: Count(
    'Of all bodies that are being answered, and of the same decompressed; more gets 503',
    256 * 2 ** 20,
  ),
  IMA_REMOTE_WRITE_URL: Url(
    'Where the generated Prometheus configuration writes to',
    'http://127.0.0.1:5000/receive',
  ),
  IMA_REMOTE_WRITE_SECRET_FILE: Type.String({
    default: '/etc/prometheus/slicecast-receive-secret',
    description:
      'File, on the machine of that Prometheus, with the token or password that remote write must send',
  }),
  IMA_PROMETHEUS_CONFIG_FILE: Type.Optional(
    Type.String({
      description:
        'File of a Prometheus that IMA owns: it is written whenever what the pushed slices select changes',
    }),
  ),
  IMA_PROMETHEUS_RELOAD_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'Told after the file was written, e.g. http://prometheus:9090/-/reload',
    }),
  ),
  IMA_CONFIGMAP_RECEIVER: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: "Where the configuration is posted to as MLO-V2's ConfigMap, at /configmap",
    }),
  ),
  IMA_CONFIGMAP_NAME: Type.String({
    default: 'prometheus-server-conf',
    description: 'Name of that ConfigMap',
  }),
  IMA_EXTRACTION_CONCURRENCY: Count('Extractions at a time', 1),
  IMA_EXTRACTION_DEADLINE_SECONDS: Count('Extraction and selection end by then', 3600),
  IMA_EXTRACTION_REQUESTS: Count('Questions to a source at a time', 4),
  IMA_EXTRACTION_MAX_CANDIDATES: Count('Series read at full step', 500),
  IMA_EXTRACTION_MAX_SERIES: Count("Series within a slice's selector", 100_000),
  IMA_EXTRACTION_KEEP_SECONDS: Count('Extractions are kept for so long', 7 * 86_400),
  IMA_EXTRACTION_KEEP_PER_SLICE: Count('Extractions kept of one slice', 5),
  IMA_DELIVER_FOR_SECONDS: Count('A callback is tried for so long', 86_400),
  IMA_RETRY_ATTEMPTS: Count('Tries of one question to a source', 10),
  IMA_RETRY_BASE_DELAY_MS: Count('First pause after a failed question, ms; it doubles', 500),
  FEATURE_SELECTION_URL: Url('Base URL of feature-selection', 'http://127.0.0.1:5010'),
  SRO_URL: Url('Base URL of the SRO, whose callbacks are internal', 'http://127.0.0.1:13131'),
  INTERNAL_KEY: Type.Optional(
    Type.String({ minLength: 16, description: "Key of the suite's own services" }),
  ),
  DATABASE_URL: Type.String({
    pattern: '^postgres(ql)?://',
    default: 'postgres://slicecast@127.0.0.1:5432/slicecast',
    description: 'PostgreSQL of this service',
  }),
  SLICECAST_FILE: Type.String({
    default: 'slicecast.yaml',
    description: "The operator's file: metric sources and tenants",
  }),
  LOG_LEVEL: Type.String({
    default: 'info',
    description: 'trace, debug, info, warn, error, silent',
  }),
});
export type ImaConfig = Static<typeof ImaConfig>;

/** How a generated Prometheus configuration writes to this service. */
export function remoteWriteTarget(config: ImaConfig): RemoteWriteTarget {
  const { IMA_REMOTE_WRITE_URL: url, IMA_REMOTE_WRITE_SECRET_FILE: secretFile } = config;
  const { IMA_RECEIVE_TOKEN: token, IMA_RECEIVE_USERNAME: username } = config;
  if (token !== undefined) return { url, authorization: { credentials_file: secretFile } };
  if (username === undefined) return { url };
  return { url, basic_auth: { username, password_file: secretFile } };
}
