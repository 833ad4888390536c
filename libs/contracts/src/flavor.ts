import { type Static, Type } from 'typebox';
import { FlavorId, Name } from './identifiers.ts';

export const Flavor = Type.Object(
  {
    id: FlavorId,
    name: Name,
    /** Price of an hour, in the operator's currency. */
    pricePerHour: Type.Number({ minimum: 0 }),
    /** Upgrade and downgrade go to the next higher and lower rank. */
    rank: Type.Integer(),
    /** What the actuator fills its template with, e.g. `{ bandwidth: "10Mbit" }`; checked by the actuator's patterns. */
    parameters: Type.Optional(Type.Record(Name, Type.String({ maxLength: 256 }))),
  },
  { additionalProperties: false },
);
export type Flavor = Static<typeof Flavor>;
