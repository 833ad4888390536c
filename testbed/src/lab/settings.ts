/** The lab's two flavors, its load and its SLA: the link of the small one is full at half of the load's height. */
export const labSettings = {
  flavors: [
    { id: 1, name: 'small', bandwidth: '8mbit', pricePerHour: 1 },
    { id: 2, name: 'large', bandwidth: '24mbit', pricePerHour: 3 },
  ],
  clients: { low: 40, high: 200 },
  kpi: 'R_99',
  /** Milliseconds that R_99 may be. */
  bound: 250,
} as const;
