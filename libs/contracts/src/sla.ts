import { type Static, Type } from 'typebox';

/** `upper`: the KPI violates above the bound (latency); `lower`: below it (throughput). */
export const Side = Type.Union([Type.Literal('upper'), Type.Literal('lower')]);
export type Side = Static<typeof Side>;

export const Sla = Type.Object(
  {
    /** In the KPI's unit. */
    bound: Type.Number(),
    side: Side,
    /** Share of ticks in a window that must keep the bound. */
    complianceRatio: Type.Number({ minimum: 0, maximum: 1, default: 0.99 }),
    windowSeconds: Type.Integer({ minimum: 1, default: 3600 }),
  },
  { additionalProperties: false },
);
export type Sla = Static<typeof Sla>;

/** Whether the value is on the wrong side of the bound; a missing value violates nothing. */
export function violates(sla: Pick<Sla, 'bound' | 'side'>, kpi: number | null): boolean {
  if (kpi === null || !Number.isFinite(kpi)) return false;
  return sla.side === 'upper' ? kpi > sla.bound : kpi < sla.bound;
}
