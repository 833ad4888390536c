/**
 * The lab's two flavors, its load and its SLA. At half of the load's height the link of the small one is
 * full; that of the large one is filled to nine tenths at its height, so that its KPI has a load to follow.
 */
export const labSettings = {
  flavors: [
    { id: 1, name: 'small', bandwidth: '8mbit', pricePerHour: 1 },
    { id: 2, name: 'large', bandwidth: '14mbit', pricePerHour: 3 },
  ],
  clients: { low: 40, high: 180, thinkSeconds: 1 },
  valueBytes: 8192,
  kpi: 'R_99',
  /** Milliseconds that R_99 may be. */
  bound: 250,
  horizonSeconds: 10,
} as const;
