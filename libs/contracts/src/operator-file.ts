import { type Static, Type } from 'typebox';
import { Actuator } from './actuator.ts';
import { K } from './api/selection.ts';
import { Flavor } from './flavor.ts';
import { FlavorId, Name, SliceId, TenantId } from './identifiers.ts';
import { Kpi, Mode } from './messages/slice-state.ts';
import { Policy } from './policy.ts';
import { Sla } from './sla.ts';

/** A Prometheus-compatible server that the operator lets IMA read. */
export const MetricSource = Type.Object(
  {
    name: Name,
    url: Type.String({ pattern: '^https?://' }),
    bearerTokenFile: Type.Optional(Type.String()),
    basicAuth: Type.Optional(
      Type.Object(
        { username: Type.String(), passwordFile: Type.String() },
        { additionalProperties: false },
      ),
    ),
    caFile: Type.Optional(Type.String()),
    /** E.g. the tenant header of Mimir or Thanos. */
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** Label matchers that confine every query of a slice, e.g. `{instance=~"10\\.0\\.0\\..*"}`; default: the slice's hosts. */
    selector: Type.Optional(Type.String()),
    /** Metric names to take or leave, as regular expressions over the whole name. */
    allow: Type.Optional(Type.Array(Type.String())),
    deny: Type.Optional(Type.Array(Type.String())),
    scrapeIntervalSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    /**
     * How a slice's live samples come: `pull`, asked for at `url` (default), or `pushed`, written to
     * topic `selected-metrics-5` by IMA's remote-write receiver or by a prometheus-kafka-adapter.
     */
    live: Type.Optional(Type.Union([Type.Literal('pull'), Type.Literal('pushed')])),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 100 })),
  },
  { additionalProperties: false },
);
export type MetricSource = Static<typeof MetricSource>;

/** A slice as the operator's file or `POST /api/v1/slices` defines it. */
export const SliceDefinition = Type.Object(
  {
    id: SliceId,
    name: Type.String({ minLength: 1, maxLength: 200 }),
    tenant: Type.Optional(TenantId),
    hosts: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
    kpi: Kpi,
    sla: Sla,
    flavors: Type.Array(Flavor, { minItems: 1 }),
    /** The flavor in force when the slice is made. */
    startFlavor: FlavorId,
    sources: Type.Object({ profile: Name, live: Name }, { additionalProperties: false }),
    actuator: Name,
    k: Type.Optional(K),
    horizonSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
    historySeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
    policy: Type.Optional(Policy),
    mode: Type.Optional(Mode),
  },
  { additionalProperties: false },
);
export type SliceDefinition = Static<typeof SliceDefinition>;

/** `slicecast.yaml`: what only the operator may set, and slices that the file manages. */
export const OperatorFile = Type.Object(
  {
    tenants: Type.Optional(
      Type.Array(
        Type.Object({ id: TenantId, keyFile: Type.String() }, { additionalProperties: false }),
      ),
    ),
    sources: Type.Array(MetricSource),
    actuators: Type.Array(Actuator),
    slices: Type.Optional(Type.Array(SliceDefinition)),
    callbacks: Type.Optional(
      Type.Object(
        {
          /** Callbacks to private, loopback and link-local addresses. */
          allowPrivateAddresses: Type.Optional(Type.Boolean()),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type OperatorFile = Static<typeof OperatorFile>;
