import type { Actuator as ActuatorDefinition } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { Actuator, Actuators } from '../../deciding-ports.ts';
import { createCommand } from './command.ts';
import { createDryRun } from './dry-run.ts';
import { createHttp } from './http.ts';
import { createKubernetes } from './kubernetes.ts';
import { createTc } from './tc.ts';

/** A command finds programs in the usual places and sees nothing else of this process's environment. */
const defaultEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** What actuators are given beside their definitions. */
export interface ActuatorSurroundings {
  /** The variables that programs see. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Signs requests where the operator's file names no other secret. */
  readonly secret?: string | undefined;
}

type Make<Definition> = (
  definition: Definition,
  surroundings: Required<ActuatorSurroundings>,
) => Actuator;

/** Every kind of actuator: a new one is a file here, a line in this list and its form in the contracts. */
const kinds: {
  readonly [Kind in ActuatorDefinition['kind']]: Make<Extract<ActuatorDefinition, { kind: Kind }>>;
} = {
  command: (definition, { environment }) => createCommand(definition, environment),
  'dry-run': createDryRun,
  http: (definition, { secret }) => createHttp(definition, secret),
  kubernetes: createKubernetes,
  tc: (definition, { environment }) => createTc(definition, environment),
};

/**
 * The actuators of the operator's file, by name.
 *
 * @throws AppError `actuator-invalid` for one that could never run, or a name that is taken
 */
export function createActuators(
  definitions: readonly ActuatorDefinition[],
  { environment = defaultEnvironment, secret }: ActuatorSurroundings = {},
): Actuators {
  const actuators = new Map<string, Actuator>();
  for (const definition of definitions) {
    const { name } = definition;
    if (actuators.has(name)) {
      const message = `two actuators are called ${name}: give each a name of its own`;
      throw new AppError(message, { status: 500, code: 'actuator-invalid' });
    }
    // The kind picks the maker of its own form; the compiler does not follow that through a union.
    const make = kinds[definition.kind] as Make<ActuatorDefinition>;
    actuators.set(name, make(definition, { environment, secret }));
  }
  return actuators;
}
