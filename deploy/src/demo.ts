import { images } from './images.ts';
import { ports } from './ports.ts';
import type { Workload } from './workload.ts';

/** Of the profile `demo`: the recorded traces as a Prometheus in real time. */
export const demo: Readonly<Record<'recorded-prometheus', Workload>> = {
  'recorded-prometheus': {
    image: images.recordedPrometheus,
    user: 1000,
    port: ports['recorded-prometheus'],
    replicas: 1,
    environment: {
      RECORDED_PROMETHEUS_HOST: '0.0.0.0',
      RECORDED_PROMETHEUS_PORT: String(ports['recorded-prometheus']),
    },
    scratch: ['/tmp'],
    live: { path: '/-/ready' },
    ready: { path: '/-/ready' },
    calls: [],
    open: true,
    memoryMiB: 512,
    cpuMillis: 100,
  },
};
