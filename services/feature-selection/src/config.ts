import { type Static, Type } from 'typebox';

const Count = (description: string, fallback: number, minimum = 1) =>
  Type.Integer({ minimum, default: fallback, description });

/** The environment of `feature-selection`. */
export const FeatureSelectionConfig = Type.Object({
  FEATURE_SELECTION_HOST: Type.String({
    default: '127.0.0.1',
    description: 'Address to listen on',
  }),
  FEATURE_SELECTION_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 5010,
    description: 'Port to listen on',
  }),
  FEATURE_SELECTION_CONCURRENCY: Count(
    'Selections at a time, each in a thread of its own; more are refused with 503',
    2,
  ),
  FEATURE_SELECTION_TIMEOUT_SECONDS: Count('A selection that takes longer is ended', 300),
  FEATURE_SELECTION_MAX_BODY_BYTES: Count('Largest stream of series, bytes', 512 * 2 ** 20),
  FEATURE_SELECTION_MAX_CANDIDATES: Count('Candidates in one stream', 20_000),
  FEATURE_SELECTION_MAX_CELLS: Count(
    'Candidates × rows in one stream; each takes 16 bytes of memory',
    50_000_000,
  ),
  INTERNAL_KEY: Type.Optional(
    Type.String({ minLength: 16, description: "Key of the suite's own services" }),
  ),
  SLICECAST_FILE: Type.String({ default: 'slicecast.yaml', description: "The operator's file" }),
  LOG_LEVEL: Type.String({
    default: 'info',
    description: 'trace, debug, info, warn, error, silent',
  }),
});
export type FeatureSelectionConfig = Static<typeof FeatureSelectionConfig>;
