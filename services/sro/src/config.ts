import { type Static, Type } from 'typebox';
import { decidingEnvironment } from './deciding-config.ts';

const Url = (description: string, fallback: string) =>
  Type.String({ pattern: '^https?://', default: fallback, description });
const Count = (description: string, fallback: number, minimum = 1) =>
  Type.Integer({ minimum, default: fallback, description });

/** The environment of `sro`. */
export const SroConfig = Type.Object({
  SRO_HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
  SRO_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 13_131,
    description: 'Port to listen on',
  }),
  SRO_URL: Url("Where IMA reaches this service's callbacks", 'http://127.0.0.1:13131'),
  SRO_MAX_UPLOAD_BYTES: Count('Largest uploaded file, bytes', 50 * 2 ** 20),
  SRO_PROFILE_DEADLINE_SECONDS: Count('A profiling job that takes longer has failed', 7200),
  IMA_URL: Url('Base URL of ima', 'http://127.0.0.1:5000'),
  FORECASTING_URL: Url('Base URL of forecasting', 'http://127.0.0.1:5020'),
  INTERNAL_KEY: Type.Optional(
    Type.String({ minLength: 16, description: "Key of the suite's own services" }),
  ),
  DATABASE_URL: Type.String({
    pattern: '^postgres(ql)?://',
    default: 'postgres://slicecast@127.0.0.1:5432/slicecast',
    description: 'PostgreSQL of this service',
  }),
  SLICECAST_FILE: Type.String({ default: 'slicecast.yaml', description: "The operator's file" }),
  ACTUATOR_SECRET: Type.Optional(
    Type.String({
      description:
        'Signs the requests of http actuators that name no secretFile: `whsec_` and base64',
    }),
  ),
  LOG_LEVEL: Type.String({
    default: 'info',
    description: 'trace, debug, info, warn, error, silent',
  }),
  ...decidingEnvironment,
});
export type SroConfig = Static<typeof SroConfig>;
