import { type Static, Type } from 'typebox';
import { Labels } from '../feature.ts';

/** Topics `client-metrics`, `loadgen_clients`, `sro-sla-estimations`, `sro-slice-<n>-log`: MLO-V2's form. */
export const Measurement = Type.Object({
  measurement: Type.String({ minLength: 1 }),
  values: Type.Array(Type.Number()),
  /** Epoch seconds, with a fraction where there is one, as text. */
  time: Type.String({ pattern: '^[0-9]{1,12}(\\.[0-9]+)?$' }),
  tags: Type.Record(Type.String(), Type.String()),
});
export type Measurement = Static<typeof Measurement>;

/** Topic `selected-metrics-5`: one sample a message; the key is the series' hash. */
export const SampleMessage = Type.Object({
  labels: Labels,
  name: Type.String(),
  /** RFC 3339 in UTC, with milliseconds when there are any. */
  timestamp: Type.String(),
  /** A number as text; `NaN`, `+Inf`, `-Inf` are possible. */
  value: Type.String(),
  /** The series has ended: its exporter is gone, or shows it no more. The value is `NaN` then. */
  stale: Type.Optional(Type.Literal(true)),
});
export type SampleMessage = Static<typeof SampleMessage>;
