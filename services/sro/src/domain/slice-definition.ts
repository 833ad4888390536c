import type { Actuator, Kpi, Policy, SliceDefinition, SliceState } from '@slicecast/contracts';
import { checkPolicy } from './policies/check-policy.ts';

/** Who may change a slice's definition: the operator's file, or the API. */
export type ManagedBy = 'file' | 'api';

/** What a slice is made with where its definition is silent. */
export const definitionDefaults = {
  tenant: 'default',
  k: 'auto',
  horizonSeconds: 30,
  historySeconds: 240,
  policy: { kind: 'predictive' },
  mode: 'recommend',
} as const;

/** A slice's rows come so often until a profile has told its step. */
const firstStepMs = 1000;

export interface DefinitionFault {
  /** JSON pointer into the definition. */
  readonly field: string;
  readonly value?: unknown;
  readonly message: string;
}

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
  const { flavors, startFlavor, sources, actuator, policy } = definition;
  const faults: DefinitionFault[] = [];
  for (const use of ['profile', 'live'] as const) {
    if (names.sources.includes(sources[use])) continue;
    faults.push({
      field: `/sources/${use}`,
      value: sources[use],
      message: `is no source of the operator's file; it has ${listOf(names.sources)}`,
    });
  }
  const found = names.actuators.find(({ name }) => name === actuator);
  if (found === undefined) {
    const known = listOf(names.actuators.map(({ name }) => name));
    faults.push({
      field: '/actuator',
      value: actuator,
      message: `is no actuator of the operator's file; it has ${known}`,
    });
  }
  if (!flavors.some(({ id }) => id === startFlavor)) {
    const known = flavors.map(({ id }) => id).join(', ');
    faults.push({ field: '/startFlavor', value: startFlavor, message: `must be one of ${known}` });
  }
  faults.push(...repetitions(definition), ...parameterFaults(definition, found));
  for (const { field, message } of policy === undefined ? [] : checkPolicy(policy, flavors)) {
    faults.push({ field: `/policy${field}`, message });
  }
  return faults;
}

function repetitions({ flavors }: SliceDefinition): readonly DefinitionFault[] {
  return (['id', 'name', 'rank'] as const).flatMap((key) =>
    flavors.flatMap((flavor, index) => {
      const first = flavors.findIndex((other) => other[key] === flavor[key]);
      if (first === index) return [];
      const message = `is that of flavor ${first} of the list as well; each needs its own`;
      return [{ field: `/flavors/${index}/${key}`, value: flavor[key], message }];
    }),
  );
}

function parameterFaults(
  { flavors }: SliceDefinition,
  actuator: Actuator | undefined,
): readonly DefinitionFault[] {
  if (actuator?.kind !== 'command') return [];
  const declared = actuator.parameters ?? {};
  return flavors.flatMap((flavor, index) =>
    Object.entries(flavor.parameters ?? {}).flatMap(([name, value]) => {
      const field = `/flavors/${index}/parameters/${name}`;
      const pattern = declared[name]?.pattern;
      if (pattern === undefined) {
        const known = listOf(Object.keys(declared));
        return [{ field, value, message: `is no parameter of ${actuator.name}; it has ${known}` }];
      }
      if (new RegExp(`^(?:${pattern})$`, 'u').test(value)) return [];
      return [{ field, value, message: `must match ${pattern}` }];
    }),
  );
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

/** The desired state that a new slice begins with. */
export function firstState(definition: SliceDefinition, now: number): SliceState {
  const { id, startFlavor, tenant } = definition;
  return {
    ...definedPart(definition),
    tenantId: tenant ?? definitionDefaults.tenant,
    sliceId: id,
    version: 1,
    epoch: 0,
    flavorInForce: startFlavor,
    flavorSince: now,
    stepMs: firstStepMs,
    trained: [],
    forecasting: false,
    mode: definition.mode ?? definitionDefaults.mode,
    paused: false,
    deleted: false,
  };
}

/** The state after its definition was changed: what the slice has learned and does goes on. */
export function redefined(state: SliceState, definition: SliceDefinition): SliceState {
  const part = definedPart(definition);
  const gone = (flavorId: number) => !part.flavors.some(({ id }) => id === flavorId);
  // A live KPI that was adopted since is the tenant's doing, and stays unless the file names one.
  const kpi: Kpi =
    part.kpi.query === undefined && state.kpi.query !== undefined
      ? { ...part.kpi, query: state.kpi.query }
      : part.kpi;
  return {
    ...state,
    ...part,
    kpi,
    flavorInForce: gone(state.flavorInForce) ? definition.startFlavor : state.flavorInForce,
    trained: state.trained.filter(({ flavorId }) => !gone(flavorId)),
  };
}

function definedPart(definition: SliceDefinition) {
  const policy: Policy = definition.policy ?? definitionDefaults.policy;
  return {
    name: definition.name,
    hosts: definition.hosts,
    kpi: definition.kpi,
    sla: definition.sla,
    flavors: definition.flavors,
    sources: definition.sources,
    horizonSeconds: definition.horizonSeconds ?? definitionDefaults.horizonSeconds,
    historySeconds: definition.historySeconds ?? definitionDefaults.historySeconds,
    policy,
  };
}
