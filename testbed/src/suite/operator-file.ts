import { root } from './service-process.ts';

/** The example's slice, its metrics at one Prometheus, its flavors switched at the recording's own. */
export function recordedOperatorFile(prometheusUrl: string, recordingUrl: string): string {
  return `
sources: [{ name: recorded, url: '${prometheusUrl}', scrapeIntervalSeconds: 1 }]
actuators:
  - name: switch-recording
    kind: command
    argv: [node, testbed/src/switch-flavor.mjs, --url, '${recordingUrl}', --flavor, '{flavor}']
    parameters: { bandwidth: { pattern: '[0-9]+Mbit' } }
    cwd: '${root}'
    timeoutMs: 10000
slices:
  - id: 1
    name: cassandra-reads
    hosts: [192.168.0.107, 192.168.0.108, 192.168.0.109, 192.168.0.113, 192.168.0.116]
    kpi: { name: R_99, unit: ms }
    sla: { bound: 180, side: upper, complianceRatio: 0.99, windowSeconds: 3600 }
    flavors:
      - { id: 1, name: 10Mbit, pricePerHour: 1, rank: 1, parameters: { bandwidth: 10Mbit } }
      - { id: 2, name: 30Mbit, pricePerHour: 3, rank: 2, parameters: { bandwidth: 30Mbit } }
    startFlavor: 1
    sources: { profile: recorded, live: recorded }
    actuator: switch-recording
    k: 15
    historySeconds: 240
    horizonSeconds: 30
    policy: { kind: predictive }
callbacks: { allowPrivateAddresses: true }
`;
}
