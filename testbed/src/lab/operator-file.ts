import type { OperatorFile, SliceDefinition } from '@slicecast/contracts';
import { type Layout, shapedLink } from './network/layout.ts';
import type { LabPrograms } from './network/programs.ts';
import { bandwidthPattern, shapeCommand } from './network/shaping.ts';
import { labSettings } from './settings.ts';
import type { Lab } from './start-lab.ts';

export const labSliceId = 1;
const sourceName = 'lab';

/** What a Slicecast on the host needs to know of a lab: its Prometheus, how its link is shaped, its slice. */
export function labOperatorFile(
  lab: Pick<Lab, 'layout' | 'programs' | 'prometheusUrl'>,
): OperatorFile {
  const { layout, programs, prometheusUrl } = lab;
  return {
    sources: [{ name: sourceName, url: prometheusUrl, scrapeIntervalSeconds: 1 }],
    actuators: [
      {
        name: shapedLink,
        kind: 'command',
        argv: shapeArguments(programs, layout),
        parameters: { bandwidth: { pattern: bandwidthPattern } },
        timeoutMs: 5000,
      },
    ],
    callbacks: { allowPrivateAddresses: true },
  };
}

function shapeArguments(programs: LabPrograms, layout: Layout): string[] {
  return [...shapeCommand(programs, layout, '{bandwidth}')];
}

/** The slice whose service is the lab's. */
export function labSlice({ layout }: Pick<Lab, 'layout'>): SliceDefinition {
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
    actuator: shapedLink,
    k: 10,
    historySeconds: 120,
    horizonSeconds: 10,
  };
}
