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

export const Policy = Type.Union([PredictivePolicy, MloV2Policy]);
export type Policy = Static<typeof Policy>;
