import {
  type Actuator,
  type Flavor,
  faultOfPromql,
  type SliceDefinition,
  type SliceState,
} from '@slicecast/contracts';
import { parameterFaults } from './check-parameters.ts';
import type { DefinitionFault } from './definition-fault.ts';
import { checkPolicy } from './policies/check-policy.ts';

/** The names that a definition may use, from the operator's file. */
export interface OperatorNames {
  readonly sources: readonly string[];
  readonly actuators: readonly Actuator[];
}

/** What the schema cannot see: names that must exist, ids that must differ, parameters that must match. */
export function checkDefinition(
  definition: SliceDefinition,
  names: OperatorNames,
): readonly DefinitionFault[] {
  const { flavors, startFlavor, policy } = definition;
  const actuator = names.actuators.find(({ name }) => name === definition.actuator);
  const known = flavors.map(({ id }) => id);
  return [
    ...nameFaults(definition, names),
    ...queryFaults('/kpi/query', definition.kpi.query),
    ...(known.includes(startFlavor)
      ? []
      : [fault('/startFlavor', startFlavor, `must be one of ${known.join(', ')}`)]),
    ...repetitions(flavors),
    ...ambiguities(flavors),
    ...(actuator === undefined ? [] : parameterFaults(flavors, actuator)),
    ...(policy === undefined ? [] : checkPolicy(policy, flavors)).map(({ field, message }) => ({
      field: `/policy${field}`,
      message,
    })),
  ];
}

/** What a redefinition may not do to a slice that runs. */
export function checkRedefinition(
  { flavorInForce, sliceId }: SliceState,
  { flavors }: SliceDefinition,
): readonly DefinitionFault[] {
  if (flavors.some(({ id }) => id === flavorInForce)) return [];
  const remedy = `change to another one first: POST /api/v1/slices/${sliceId}/changes`;
  return [
    { field: '/flavors', message: `leaves out ${flavorInForce}, which is in force; ${remedy}` },
  ];
}

/** A live KPI is read by a query that Prometheus can read. */
export function queryFaults(field: string, query: string | undefined): readonly DefinitionFault[] {
  const message = query === undefined ? undefined : faultOfPromql(query);
  return message === undefined ? [] : [fault(field, query, message)];
}

function nameFaults(
  { sources, actuator }: SliceDefinition,
  names: OperatorNames,
): readonly DefinitionFault[] {
  const known = `it has ${listOf(names.sources)}`;
  const faults = (['profile', 'live'] as const)
    .filter((use) => !names.sources.includes(sources[use]))
    .map((use) =>
      fault(`/sources/${use}`, sources[use], `is no source of the operator's file; ${known}`),
    );
  if (names.actuators.some(({ name }) => name === actuator)) return faults;
  const actuators = listOf(names.actuators.map(({ name }) => name));
  const message = `is no actuator of the operator's file; it has ${actuators}`;
  return [...faults, fault('/actuator', actuator, message)];
}

function repetitions(flavors: readonly Flavor[]): readonly DefinitionFault[] {
  return (['id', 'name', 'rank'] as const).flatMap((key) =>
    flavors.flatMap((flavor, index) => {
      const first = flavors.findIndex((other) => other[key] === flavor[key]);
      if (first === index) return [];
      const message = `is that of flavor ${first} of the list as well; each needs its own`;
      return [fault(`/flavors/${index}/${key}`, flavor[key], message)];
    }),
  );
}

/** A path may say a flavor's id or its name. */
function ambiguities(flavors: readonly Flavor[]): readonly DefinitionFault[] {
  return flavors.flatMap(({ id, name }, index) => {
    const other = flavors.find((flavor) => String(flavor.id) === name && flavor.id !== id);
    if (other === undefined) return [];
    const message = 'is the id of another flavor: a path could mean either';
    return [fault(`/flavors/${index}/name`, name, message)];
  });
}

function fault(field: string, value: unknown, message: string): DefinitionFault {
  return { field, value, message };
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
