/**
 * Every aim of the pipeline, one bench after the other on this machine, as one table of ratios and as JSON:
 * `node bench/pipeline.ts`. Each bench measures its two sides in one run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { report: { type: 'string' } } });
const benches = ['receive', 'recorder', 'slice-status', 'slices'] as const;

const report: Record<string, unknown> = { loadBefore: loadavg()[0] };
for (const bench of benches) {
  console.log(`\n— ${bench}`);
  report[bench] = await run(bench);
}
report.loadAfter = loadavg()[0];
if (values.report !== undefined)
  await writeFile(values.report, `${JSON.stringify(report, null, 2)}\n`);

/** Its JSON: what it writes from the first line on that begins with a brace. */
async function run(bench: string): Promise<unknown> {
  const script = join(import.meta.dirname, `${bench}.ts`);
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    process.stdout.write(chunk);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${bench} ended with ${code}`);
  const begin = text.search(/^\{/m);
  if (begin < 0) throw new Error(`${bench} gave no JSON`);
  return JSON.parse(text.slice(begin));
}
