/** Where each service listens, on every target; the entry point of the image reads it as well. */
export const ports = {
  sro: 13131,
  ima: 5000,
  'feature-selection': 5010,
  forecasting: 5020,
  recorder: 5030,
  kafka: 9092,
  postgres: 5432,
  influxdb: 8086,
  prometheus: 9090,
  grafana: 3000,
  'node-exporter': 9100,
  'recorded-prometheus': 9095,
} as const;

export const serviceNames = ['sro', 'ima', 'feature-selection', 'forecasting', 'recorder'] as const;
export type ServiceName = (typeof serviceNames)[number];

export function isService(name: string): name is ServiceName {
  return serviceNames.some((service) => service === name);
}
