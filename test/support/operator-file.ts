/** The operator's file of the example's slice on the recorded Prometheus, with an actuator that takes two seconds. */
export function recordedOperatorFile(url: string, { tenant = 'default' } = {}): string {
  return `
sources: [{ name: recorded, url: '${url}', scrapeIntervalSeconds: 1 }]
actuators:
  - name: slow
    kind: command
    argv: [node, -e, 'setTimeout(() => undefined, 2000)']
slices:
  - id: 1
    name: cassandra-reads
    tenant: ${tenant}
    hosts: [192.168.0.107, 192.168.0.108, 192.168.0.109, 192.168.0.113, 192.168.0.116]
    kpi: { name: R_99 }
    sla: { bound: 180, side: upper }
    flavors:
      - { id: 1, name: 10Mbit, pricePerHour: 1, rank: 1 }
      - { id: 2, name: 30Mbit, pricePerHour: 3, rank: 2 }
    startFlavor: 1
    sources: { profile: recorded, live: recorded }
    actuator: slow
    k: 15
`;
}
