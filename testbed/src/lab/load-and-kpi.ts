import { join } from 'node:path';
import type { LabProcess } from './lab-process.ts';
import type { ShapeName } from './load/shapes.ts';
import type { Lab } from './start-lab.ts';

export interface LoadOptions {
  readonly shape: ShapeName;
  readonly low: number;
  readonly high: number;
  readonly thinkSeconds: number;
  readonly periodSeconds: number;
  readonly seed: number;
  /** Epoch ms, a whole second. */
  readonly startAt: number;
}

/** The load generator in the client's namespace; `clients.csv` is its log `timestamp,clients`. */
export function startLoad(lab: Lab, load: LoadOptions): Promise<LabProcess> {
  const { shape, low, high, seed } = load;
  const times = {
    'period-seconds': load.periodSeconds,
    'think-seconds': load.thinkSeconds,
    'start-at': load.startAt,
  };
  return lab.start('client', 'clients', {
    file: join(import.meta.dirname, 'load/main.ts'),
    args: { url: lab.serviceUrl, shape, low, high, seed, ...times },
  });
}

/** R_99 of one step, in ms; `at` epoch ms of its end. */
export interface KpiSample {
  readonly at: number;
  readonly value: number;
}

/** The KPI client in the client's namespace; each step is told as it ends. `kpi.csv` is its log. */
export function startKpiClient(
  lab: Lab,
  seed: number,
  onSample: (sample: KpiSample) => void,
): Promise<LabProcess> {
  return lab.start('client', 'kpi', {
    file: join(import.meta.dirname, 'kpi/main.ts'),
    args: { url: lab.serviceUrl, seed, 'step-ms': lab.stepMs },
    onLine(line) {
      const [seconds, value] = line.split(',').map(Number);
      if (seconds === undefined || value === undefined || !Number.isFinite(value)) return;
      onSample({ at: seconds * 1000, value });
    },
  });
}
