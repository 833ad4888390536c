import type { Kpi, Policy, SliceDefinition, SliceState } from '@slicecast/contracts';

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

/**
 * The state after its definition was changed: what the slice has learned and does goes on. Another mode than
 * before is taken over; the same one leaves alone what was started or stopped since.
 */
export function redefined(
  state: SliceState,
  before: SliceDefinition,
  definition: SliceDefinition,
): SliceState {
  const part = definedPart(definition);
  const stays = (flavorId: number) => part.flavors.some(({ id }) => id === flavorId);
  const mode = definition.mode === before.mode ? undefined : definition.mode;
  return {
    ...state,
    ...part,
    kpi: kpiAfter(state.kpi, before.kpi, part.kpi),
    mode: mode ?? state.mode,
    trained: state.trained.filter(({ flavorId }) => stays(flavorId)),
  };
}

/** A live KPI that was adopted since is the tenant's doing, and stays until the definition names another. */
function kpiAfter(present: Kpi, before: Kpi, next: Kpi): Kpi {
  const adopted = present.query !== before.query ? present.query : undefined;
  const query = next.query === before.query ? (adopted ?? next.query) : next.query;
  const { query: _defined, ...rest } = next;
  return query === undefined ? rest : { ...rest, query };
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
