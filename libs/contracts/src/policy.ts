import { type Static, Type } from 'typebox';
import { FlavorId } from './identifiers.ts';

const Probability = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const Seconds = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 604_800, description });
const Flavor = (description: string) => Type.Integer({ ...FlavorId, description });

/** What every policy obeys before its own rule is asked. */
const Guards = {
  cooldownUpSeconds: Type.Optional(
    Seconds('No change to a higher rank so soon after a change was applied'),
  ),
  cooldownDownSeconds: Type.Optional(
    Seconds('No change to a lower rank so soon after a change was applied'),
  ),
  maxChangesPerHour: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 3600,
      description:
        'Changes the policy may ask for within an hour; a way down keeps one for the way back',
    }),
  ),
  minFlavor: Type.Optional(Flavor('Flavors of a lower rank than this one are never chosen')),
  maxFlavor: Type.Optional(Flavor('Flavors of a higher rank than this one are never chosen')),
  silenceSeconds: Type.Optional(
    Seconds(
      'After so long without usable input the slice goes to safeFlavor, once; without a safeFlavor it holds',
    ),
  ),
  safeFlavor: Type.Optional(Flavor('The flavor to be on when no usable input comes')),
  manualHoldSeconds: Type.Optional(
    Seconds('So long the policy leaves what was changed by hand; 0: not at all; default 900'),
  ),
  settleSeconds: Type.Optional(
    Seconds(
      'So long after a change is applied the KPI is not judged yet; default 10, or two steps',
    ),
  ),
  verifySeconds: Type.Optional(
    Seconds('So long the KPI is judged after that; 0: no change is verified; default 30 steps'),
  ),
  revertPauseSeconds: Type.Optional(
    Seconds(
      'So long after a change that was taken back none leads to that flavor that way, each further time twice as long; default 300',
    ),
  ),
};

/** m of the last n ticks on one side of a probability. */
const Votes = (side: string, description: string) =>
  Type.Object(
    {
      probability: Probability(`P(violation) that a tick must be ${side} to count`),
      m: Type.Integer({ minimum: 1, maximum: 600, description: 'Ticks that must count' }),
      n: Type.Integer({ minimum: 1, maximum: 600, description: 'Of so many last ticks' }),
    },
    { additionalProperties: false, description },
  );

/** The default: cheapest flavor whose P(violation) is acceptable, up fast and down slow. */
export const PredictivePolicy = Type.Object(
  {
    kind: Type.Literal('predictive'),
    acceptableViolationProbability: Type.Optional(
      Probability('A flavor is chosen when its P(violation) is at most this; default 0.15'),
    ),
    up: Type.Optional(
      Votes(
        'above',
        'Leave the flavor in force when its P(violation) is above probability in m of n ticks; default 0.2, 3 of 5',
      ),
    ),
    down: Type.Optional(
      Votes(
        'below',
        'Go to a cheaper flavor when its P(violation) is below probability in m of n ticks; default 0.15, 5 of 5',
      ),
    ),
    leastGain: Type.Optional(
      Probability(
        'Where no flavor is acceptable, the one in force is left only for one whose P(violation) is lower by at ' +
          'least this, in the m of n ticks of up; for a cheaper one in those of down, and not above the probability of ' +
          'up. So near-equal flavors are not taken in turns; default 0.1',
      ),
    ),
    ...Guards,
  },
  { additionalProperties: false },
);
export type PredictivePolicy = Static<typeof PredictivePolicy>;

/** MLO-V2's rule on the median forecast, with the counters reset when the forecast comes back between the bounds. */
export const MloV2Policy = Type.Object(
  {
    kind: Type.Literal('mlo-v2'),
    upperBound: Type.Number({
      description: "A median forecast at or above it counts towards a higher rank; the KPI's unit",
    }),
    lowerBound: Type.Number({
      description: "A median forecast at or below it counts towards a lower rank; the KPI's unit",
    }),
    upperPredictionsLimit: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'So many in a row at the upper bound lead up; default 1',
      }),
    ),
    lowerPredictionsLimit: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'So many in a row at the lower bound lead down; default 1',
      }),
    ),
    historySamples: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'No decision before so many forecasts have been seen; default 240',
      }),
    ),
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
    target: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: "The KPI to steer for, in its unit; default: the SLA's bound less a tenth",
      }),
    ),
    toleranceRatio: Type.Optional(
      Probability('No change while KPI / target is within 1 ± this; default 0.1'),
    ),
    syncSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3600, description: 'How often it looks; default 15' }),
    ),
    windowSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 600,
        description: "The KPI's mean is taken over so long; default 15",
      }),
    ),
    downStabilisationSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3600,
        description: 'The highest recommendation of so long counts for the way down; default 300',
      }),
    ),
    replicas: Type.Optional(
      Type.Record(FlavorKey, Type.Number({ exclusiveMinimum: 0 }), {
        description:
          'How many replicas a flavor counts for, by its id; default: its place by rank, from 1',
      }),
    ),
    ...Guards,
  },
  { additionalProperties: false },
);
export type ReactivePolicy = Static<typeof ReactivePolicy>;

/** A threshold on the load that is seen, without any forecast: the honest rival of one. */
export const LoadThresholdPolicy = Type.Object(
  {
    kind: Type.Literal('load-threshold'),
    capacities: Type.Record(FlavorKey, Type.Number(), {
      description:
        'The highest load that a flavor carries, by its id, as observedLoad of the forecasts counts it; one without an entry carries any load',
    }),
    margin: Type.Optional(
      Type.Number({
        minimum: 0,
        description: 'A cheaper flavor must carry so much more than the load; default 0',
      }),
    ),
    windowSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 600,
        description: "The load's mean is taken over so long; default 15",
      }),
    ),
    downSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3600,
        description: 'The highest mean of so long counts for the way down; default 60',
      }),
    ),
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
