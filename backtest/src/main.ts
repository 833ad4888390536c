/** `npm run backtest`: how good forecasts of a KPI would have been on anyone's recording. */
import { relative } from 'node:path';
import { AppError } from '@slicecast/platform';
import { type Options, parseOptions, usage } from './options.ts';
import { layRows } from './read/lay-rows.ts';
import { readTable } from './read/read-table.ts';
import { drawPlot } from './report/plot.ts';
import { predictionLines } from './report/predictions.ts';
import { reportOn } from './report/report.ts';
import { showReport } from './report/show-report.ts';
import { demandFolder, writeLines } from './report/write-files.ts';
import { backtest } from './run/backtest.ts';

/** npm runs scripts in the workspace's folder, and says where it was called. */
const folder = process.env.INIT_CWD ?? process.cwd();

try {
  const options = parseOptions(process.argv.slice(2), folder);
  if (options === 'help') process.stdout.write(usage);
  else await run(options);
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function run(options: Options): Promise<void> {
  const { kpi, timestamp, job } = options;
  const shown = (path: string) => relative(folder, path) || path;
  await demandFolder('--predictions', options.predictions);
  await demandFolder('--report', options.report);
  await demandFolder('--plot', options.plot);
  tell('reading');
  const y = await readTable({
    field: `--y ${shown(options.y)}`,
    path: options.y,
    timestamp,
    wanted: (name) => name === kpi,
    needed: kpi,
  });
  const x = await readTable({
    field: `--x ${shown(options.x)}`,
    path: options.x,
    timestamp,
    wanted: (name) => name !== kpi,
  });
  const rows = layRows(x, y);
  const runs = backtest(rows, job, tell);
  const report = reportOn(kpi, rows, job, runs);
  for (const line of showReport(report)) console.log(line);
  const lines = predictionLines(rows, runs, job.bound !== undefined);
  await write('--predictions', options.predictions, lines);
  await write('--report', options.report, [JSON.stringify(report, null, 2), '\n']);
  await write('--plot', options.plot, drawPlot(rows, runs, report, job.bound));
}

async function write(option: string, path: string | undefined, lines: Iterable<string>) {
  if (path === undefined) return;
  await writeLines(option, path, lines);
  console.log(`  written: ${relative(folder, path)}`);
}

/** Progress goes to the terminal alone, so that the scoreboard can be piped. */
function tell(what: string): void {
  if (process.stderr.isTTY) console.error(`  ${what} …`);
}
