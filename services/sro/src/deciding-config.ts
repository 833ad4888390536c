import { type Static, Type } from 'typebox';

/** What the deciding part reads from the environment; `config.ts` spreads it into the service's schema. */
export const decidingEnvironment = {
  SRO_INSTANCE: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,100}$',
      description:
        "Name of this process among several of its kind, the same after a restart, so that it takes up its own changes at once; default of the host's name and the port",
    }),
  ),
  CHANGE_SECONDS: Type.Number({
    default: 3,
    minimum: 0,
    description: 'Time that a change of flavor takes before one was measured, in seconds',
  }),
  CHANGE_DEADLINE_MS: Type.Integer({
    default: 60_000,
    minimum: 100,
    description: 'An actuator that is not done by then is ended and the change undone',
  }),
  MAX_DECISION_AGE_MS: Type.Integer({
    default: 10_000,
    minimum: 100,
    description: 'Forecasts older than this feed the state of a slice and act no more',
  }),
  DECISION_RETENTION_DAYS: Type.Integer({
    default: 30,
    minimum: 1,
    description: 'Decisions and ended changes older than this are removed from the database',
  }),
} as const;

const DecidingEnvironment = Type.Object(decidingEnvironment);
export type DecidingConfig = Static<typeof DecidingEnvironment>;
