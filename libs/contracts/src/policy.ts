import { type Static, Type } from 'typebox';
import { FlavorId } from './identifiers.ts';

const Probability = Type.Number({ minimum: 0, maximum: 1 });
const Seconds = Type.Integer({ minimum: 0, maximum: 604_800 });

/** What every policy obeys before its own rule is asked. */
const Guards = {
  cooldownUpSeconds: Type.Optional(Seconds),
  cooldownDownSeconds: Type.Optional(Seconds),
  maxChangesPerHour: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
  /** Flavors outside [minFlavor, maxFlavor], by rank, are never chosen. */
  minFlavor: Type.Optional(FlavorId),
  maxFlavor: Type.Optional(FlavorId),
  /** After so long without usable input the slice goes to `safeFlavor`, once; without a `safeFlavor` it holds. */
  silenceSeconds: Type.Optional(Seconds),
  safeFlavor: Type.Optional(FlavorId),
  /** So long the policy leaves what was changed by hand; 0: not at all. */
  manualHoldSeconds: Type.Optional(Seconds),
};

/** m of the last n ticks on one side of a probability. */
const Votes = Type.Object(
  {
    probability: Probability,
    m: Type.Integer({ minimum: 1, maximum: 600 }),
    n: Type.Integer({ minimum: 1, maximum: 600 }),
  },
  { additionalProperties: false },
);

/** The default: cheapest flavor whose P(violation) is acceptable, up fast and down slow. */
export const PredictivePolicy = Type.Object(
  {
    kind: Type.Literal('predictive'),
    acceptableViolationProbability: Type.Optional(Probability),
    /** Leave the flavor in force when its P(violation) is above `probability` in m of n ticks. */
    up: Type.Optional(Votes),
    /** Go to a cheaper flavor when its P(violation) is below `probability` in m of n ticks. */
    down: Type.Optional(Votes),
    ...Guards,
  },
  { additionalProperties: false },
);
export type PredictivePolicy = Static<typeof PredictivePolicy>;

/** MLO-V2's rule on the median forecast, with the counters reset when the forecast comes back between the bounds. */
export const MloV2Policy = Type.Object(
  {
    kind: Type.Literal('mlo-v2'),
    upperBound: Type.Number(),
    lowerBound: Type.Number(),
    upperPredictionsLimit: Type.Optional(Type.Integer({ minimum: 1 })),
    lowerPredictionsLimit: Type.Optional(Type.Integer({ minimum: 1 })),
    /** No decision before so many forecasts have been seen. */
    historySamples: Type.Optional(Type.Integer({ minimum: 0 })),
    ...Guards,
  },
  { additionalProperties: false },
);
export type MloV2Policy = Static<typeof MloV2Policy>;

/** A flavor's id as a key. */
const FlavorKey = Type.String({ pattern: '^[0-9]{1,9}$' });

/** Kubernetes' horizontal autoscaler on the observed KPI; it forecasts nothing. A baseline to compare with. */
export const ReactivePolicy = Type.Object(
  {
    kind: Type.Literal('reactive'),
    /** The KPI to steer for, in its unit; default: the SLA's bound less a tenth. */
    target: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    /** No change while KPI / target is within 1 ± this. */
    toleranceRatio: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** How often it looks. */
    syncSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 3600 })),
    /** The KPI's mean is taken over so long. */
    windowSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })),
    /** The highest recommendation of so long counts for the way down. */
    downStabilisationSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
    /** How many replicas a flavor counts for, by its id; default: its place by rank, from 1. */
    replicas: Type.Optional(Type.Record(FlavorKey, Type.Number({ exclusiveMinimum: 0 }))),
    ...Guards,
  },
  { additionalProperties: false },
);
export type ReactivePolicy = Static<typeof ReactivePolicy>;

/** A threshold on the load that is seen, without any forecast: the honest rival of one. */
export const LoadThresholdPolicy = Type.Object(
  {
    kind: Type.Literal('load-threshold'),
    /** The highest load that a flavor carries, by its id, as `observedLoad` of the forecasts counts it; one without an entry carries any load. */
    capacities: Type.Record(FlavorKey, Type.Number()),
    /** A cheaper flavor must carry so much more than the load. */
    margin: Type.Optional(Type.Number({ minimum: 0 })),
    /** The load's mean is taken over so long. */
    windowSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })),
    /** The highest mean of so long counts for the way down. */
    downSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
    ...Guards,
  },
  { additionalProperties: false },
);
export type LoadThresholdPolicy = Static<typeof LoadThresholdPolicy>;

export const Policy = Type.Union([
  PredictivePolicy,
  MloV2Policy,
  ReactivePolicy,
  LoadThresholdPolicy,
]);
export type Policy = Static<typeof Policy>;
