import type { TrainTask } from '../../../src/adapters/train-worker.ts';

/** Never gives its thread back, and looks at nothing. */
export function runTraining({ port }: TrainTask): never {
  port.postMessage({ percent: 1, step: 'busy' });
  for (;;) Math.sqrt(2);
}
