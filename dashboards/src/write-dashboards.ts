/** Writes the dashboards for Grafana to load: `node dashboards/src/write-dashboards.ts`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dashboards } from './index.ts';

const folder = join(import.meta.dirname, '../generated');
await mkdir(folder, { recursive: true });
for (const [name, text] of Object.entries(dashboards())) await writeFile(join(folder, name), text);
