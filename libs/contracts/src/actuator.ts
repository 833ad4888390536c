import { type Static, Type } from 'typebox';
import { Name } from './identifiers.ts';

const closed = { additionalProperties: false };

/** What a flavor may fill in: its value must match the pattern as a whole. */
const Parameter = Type.Object(
  { pattern: Type.String(), default: Type.Optional(Type.String()) },
  closed,
);

const Parameters = Type.Record(Name, Parameter);

/** One name a host: the same for all, a template with `{host}`, or a map from host to name. */
const PerHost = Type.Union([
  Type.String({ minLength: 1 }),
  Type.Record(Type.String({ minLength: 1 }), Type.String({ minLength: 1 })),
]);
export type PerHost = Static<typeof PerHost>;

const DryRun = Type.Object({ name: Name, kind: Type.Literal('dry-run') }, closed);

/** `argv` elements may hold `{parameter}`, `{slice}`, `{flavor}`, `{flavorName}`, `{host}`. */
const Command = Type.Object(
  {
    name: Name,
    kind: Type.Literal('command'),
    argv: Type.Array(Type.String(), { minItems: 1 }),
    parameters: Type.Optional(Parameters),
    /** `slice`: one run a change (default); `host`: one run for each host. */
    per: Type.Optional(Type.Union([Type.Literal('slice'), Type.Literal('host')])),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1 })),
    cwd: Type.Optional(Type.String()),
  },
  closed,
);

/** How `tc` reaches a slice's hosts by ssh. The host's key must be known beforehand. */
const SshAccess = Type.Object(
  {
    user: Type.String({ pattern: '^[a-z_][a-z0-9_-]{0,31}$' }),
    keyFile: Type.String({ minLength: 1 }),
    knownHostsFile: Type.String({ pattern: '^[^"%]+$' }),
    /** Default 22. */
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
    /** Where a host is reached; default the host itself. */
    address: Type.Optional(PerHost),
  },
  closed,
);
export type SshAccess = Static<typeof SshAccess>;

/** Linux's token bucket filter on an interface of each host. */
const TrafficControl = Type.Object(
  {
    name: Name,
    kind: Type.Literal('tc'),
    interface: PerHost,
    /** Those of the slice's hosts that are changed; default all. */
    hosts: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
    /** `local`: on this machine; a named network namespace of it for each host; or by ssh. */
    where: Type.Union([
      Type.Literal('local'),
      Type.Object({ namespace: PerHost }, closed),
      Type.Object({ ssh: SshAccess }, closed),
    ]),
    /** The flavor's parameter that holds the rate, as tc writes it, e.g. `10Mbit`. Default `bandwidth`. */
    rateParameter: Type.Optional(Name),
    /** Bounds of what a flavor may ask for; default from 64Kbit, without an end. */
    minRate: Type.Optional(Type.String()),
    maxRate: Type.Optional(Type.String()),
    /** Default 10,000, or what passes in 1 ms where that is more. */
    burstBytes: Type.Optional(Type.Integer({ minimum: 1500, maximum: 2 ** 31 })),
    /** The longest that a packet may wait; default 1. */
    latencyMs: Type.Optional(Type.Number({ minimum: 0.1, maximum: 10_000 })),
    /** Runs tc under `sudo -n`: for a user that is not root. */
    sudo: Type.Optional(Type.Boolean()),
    /** Of one run of tc on one host; default 10,000. */
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
);
export type TrafficControl = Static<typeof TrafficControl>;

/** A signed request to the operator's own orchestrator. */
const Http = Type.Object(
  {
    name: Name,
    kind: Type.Literal('http'),
    url: Type.String({ pattern: '^https?://' }),
    /** Default `POST`. */
    method: Type.Optional(Type.Union([Type.Literal('POST'), Type.Literal('PUT')])),
    /** Holds the secret that requests are signed with, `whsec_…`; default the variable ACTUATOR_SECRET. */
    secretFile: Type.Optional(Type.String()),
    caFile: Type.Optional(Type.String()),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    parameters: Type.Optional(Parameters),
    /** Of one request; default 10,000. */
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
);
export type HttpActuator = Static<typeof Http>;

/** The flavor's parameters that fill a container's resources, by resource: `{ cpu: cpu, memory: memory }`. */
const FilledResources = Type.Record(Type.String(), Name);

/** Fields of a workload of Kubernetes, by server-side apply. */
const Kubernetes = Type.Object(
  {
    name: Name,
    kind: Type.Literal('kubernetes'),
    /** Default: the account of the pod that the SRO runs in. */
    kubeconfigFile: Type.Optional(Type.String()),
    /** Default: the file's own. */
    context: Type.Optional(Type.String()),
    /** Namespace and name may hold `{slice}` and `{tenant}`, their ids. */
    target: Type.Object(
      {
        kind: Type.Union([Type.Literal('Deployment'), Type.Literal('StatefulSet')]),
        namespace: Type.String({ minLength: 1 }),
        name: Type.String({ minLength: 1 }),
      },
      closed,
    ),
    /** What is set, each from the flavor's parameter of that name. */
    set: Type.Object(
      {
        replicas: Type.Optional(Name),
        /** The pods' annotation `kubernetes.io/egress-bandwidth`. */
        egressBandwidth: Type.Optional(Name),
        /** By container. */
        containers: Type.Optional(
          Type.Record(
            Type.String(),
            Type.Object(
              {
                requests: Type.Optional(FilledResources),
                limits: Type.Optional(FilledResources),
              },
              closed,
            ),
          ),
        ),
      },
      { ...closed, minProperties: 1 },
    ),
    /** Patterns beside what each field takes anyway. */
    parameters: Type.Optional(Parameters),
    /** The most that a flavor may ask for; default 100. */
    maxReplicas: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Whether applied means that the pods are there; default true. */
    waitForRollout: Type.Optional(Type.Boolean()),
    /** Of one request; default 10,000. */
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
);
export type KubernetesActuator = Static<typeof Kubernetes>;

/** How a slice's flavor is changed. */
export const Actuator = Type.Union([DryRun, Command, TrafficControl, Http, Kubernetes]);
export type Actuator = Static<typeof Actuator>;
