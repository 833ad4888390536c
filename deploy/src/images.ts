/** Every image, pinned. Slicecast's own are built from the Dockerfile. */
export const images = {
  slicecast: 'slicecast:0.1.0',
  recordedPrometheus: 'slicecast-recorded-prometheus:0.1.0',
  kafka: 'apache/kafka:4.1.1',
  postgres: 'postgres:17.6-bookworm',
  influxdb: 'influxdb:2.7.12',
  prometheus: 'prom/prometheus:v3.5.0',
  grafana: 'grafana/grafana:12.2.0',
  nodeExporter: 'prom/node-exporter:v1.9.1',
} as const;
