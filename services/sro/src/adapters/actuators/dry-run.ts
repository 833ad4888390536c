import type { Actuator } from '../../deciding-ports.ts';

/** Changes nothing outside and always succeeds: for demonstrations, and to try a policy in mode `auto`. */
export function createDryRun(): Actuator {
  return { apply: async ({ signal }) => signal.throwIfAborted() };
}
