import type { Actuator as ActuatorDefinition } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { Actuator, Actuators } from '../../deciding-ports.ts';
import { createCommand } from './command.ts';
import { createDryRun } from './dry-run.ts';
import { createTc } from './tc.ts';

/** A command finds programs in the usual places and sees nothing else of this process's environment. */
const defaultEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

type Environment = Readonly<Record<string, string>>;

/** Every kind of actuator: a new one is a file here, a line in this list and its form in the contracts. */
const kinds: {
  readonly [Kind in ActuatorDefinition['kind']]: (
    definition: Extract<ActuatorDefinition, { kind: Kind }>,
    environment: Environment,
  ) => Actuator;
} = {
  command: createCommand,
  'dry-run': createDryRun,
  tc: createTc,
};

/**
 * The actuators of the operator's file, by name.
 *
 * @throws AppError `actuator-invalid` for one that could never run, or a name that is taken
 */
export function createActuators(
  definitions: readonly ActuatorDefinition[],
  environment: Environment = defaultEnvironment,
): Actuators {
  const actuators = new Map<string, Actuator>();
  for (const definition of definitions) {
    const { name } = definition;
    if (actuators.has(name)) {
      const message = `two actuators are called ${name}: give each a name of its own`;
      throw new AppError(message, { status: 500, code: 'actuator-invalid' });
    }
    actuators.set(name, createOne(definition, environment));
  }
  return actuators;
}

function createOne(definition: ActuatorDefinition, environment: Environment): Actuator {
  // The kind picks the maker of its own form; the compiler does not follow that through a union.
  const make = kinds[definition.kind] as (
    definition: ActuatorDefinition,
    environment: Environment,
  ) => Actuator;
  return make(definition, environment);
}
