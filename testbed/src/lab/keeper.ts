/** The process that a lab of `up` lives with: it tells its parent when the lab is up, or why not, and ends it on SIGTERM. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { isShapeName } from './load/shapes.ts';
import { startKpiClient, startLoad } from './load-and-kpi.ts';
import { requireLab } from './network/programs.ts';
import { labOperatorFile, labSlice, labSliceId } from './operator-file.ts';
import { createKpiStream } from './post-kpi.ts';
import { labSettings } from './settings.ts';
import { startLab } from './start-lab.ts';
import { upPurpose } from './up-and-down.ts';

/** What the keeper tells `up`. */
export type KeeperWord = { readonly up: string } | { readonly failed: string };

const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: 'trapezoid' },
    'period-seconds': { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    slicecast: { type: 'string', default: 'http://127.0.0.1:13131' },
  },
});

try {
  await keep();
} catch (error) {
  tell({ failed: error instanceof Error ? error.message : String(error) });
}
process.exit();

async function keep(): Promise<void> {
  const { shape } = values;
  if (!isShapeName(shape)) throw new Error(`--shape ${shape} is not known`);
  const [small] = labSettings.flavors;
  const programs = await requireLab();
  const lab = await startLab({ programs, purpose: upPurpose(), bandwidth: small.bandwidth });
  const ended = Promise.race([untilAsked(), lab.broken]);
  try {
    const file = join(lab.layout.folder, 'slicecast.yaml');
    await writeFile(
      file,
      stringify({ ...labOperatorFile(lab), slices: [labSlice(lab, labSettings.horizonSeconds)] }),
    );
    const seed = Number(values.seed);
    const startAt = Math.ceil(Date.now() / 1000) * 1000;
    const periodSeconds = Number(values['period-seconds']);
    await startLoad(lab, { shape, ...labSettings.clients, periodSeconds, seed, startAt });
    const stream = createKpiStream(values.slicecast, labSliceId);
    await startKpiClient(lab, seed, (sample) => stream.offer(sample));
    tell({ up: lab.layout.id });
    await ended;
  } finally {
    await lab.stop();
  }
}

function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

function tell(word: KeeperWord): void {
  if (process.connected) process.send?.(word);
}
