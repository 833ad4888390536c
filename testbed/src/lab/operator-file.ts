import type { OperatorFile, SliceDefinition } from '@slicecast/contracts';
import { shapedLink } from './network/layout.ts';
import { shaper } from './network/shaping.ts';
import { labSettings } from './settings.ts';
import type { Lab } from './start-lab.ts';

export const labSliceId = 1;
const sourceName = 'lab';
const actuatorName = 'link';

/** What a Slicecast on the host needs to know of a lab: its Prometheus, and how its link is shaped. */
export function labOperatorFile({
  layout,
  prometheusUrl,
  stepMs,
}: Pick<Lab, 'layout' | 'prometheusUrl' | 'stepMs'>): OperatorFile {
  const { addresses, namespaces } = layout;
  const namespace = {
    [addresses.server]: namespaces.server,
    [addresses.client]: namespaces.client,
  };
  return {
    sources: [{ name: sourceName, url: prometheusUrl, scrapeIntervalSeconds: stepMs / 1000 }],
    actuators: [
      { name: actuatorName, kind: 'tc', interface: shapedLink, where: { namespace }, ...shaper },
    ],
    callbacks: { allowPrivateAddresses: true },
  };
}

/** The slice whose service is the lab's. */
export function labSlice({ layout }: Pick<Lab, 'layout'>, horizonSeconds: number): SliceDefinition {
  const { flavors, kpi, bound } = labSettings;
  return {
    id: labSliceId,
    name: 'key-value reads',
    hosts: [layout.addresses.server, layout.addresses.client],
    kpi: { name: kpi, unit: 'ms' },
    sla: { bound, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 },
    flavors: flavors.map(({ bandwidth, ...flavor }) => ({
      ...flavor,
      rank: flavor.id,
      parameters: { bandwidth },
    })),
    startFlavor: 1,
    sources: { profile: sourceName, live: sourceName },
    actuator: actuatorName,
    k: 10,
    historySeconds: 120,
    horizonSeconds,
  };
}
