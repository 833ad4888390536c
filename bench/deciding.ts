/**
 * 1,000 slices decided each second, on a real PostgreSQL: how long the forecasts of one instant wait until the last one's
 * decision is in the log, and what of that the rules alone take, as a table and JSON. Slices have their ticks at instants of
 * their own within the second, as IMA lays them, or all at once with BENCH_TOGETHER=1. Each slice's P(violation) rises and
 * falls with a phase of its own, so that changes are decided, requested, applied by an actuator that does nothing, and
 * looked back at. The log is in this process's memory, and PostgreSQL waits for no disk (`-F`).
 */
import { type Flavor, type SliceForecast, type SliceState, topics } from '@slicecast/contracts';
import {
  connectDatabase,
  createMemoryLog,
  type Log,
  loadEnvironment,
  silentLogger,
  systemClock,
} from '@slicecast/platform';
import { createSro, SroConfig } from '@slicecast/sro';
import { sortedQuantile } from '@slicecast/stats';
import { startPostgres } from '@slicecast/testbed/servers';
import { fastify } from 'fastify';
import { tickGrid } from '../services/ima/src/domain/ticks.ts';
import { decide } from '../services/sro/src/domain/decide.ts';
import {
  type DeciderState,
  initialDeciderState,
} from '../services/sro/src/domain/decider-state.ts';
import { exampleFile } from '../services/sro/test/fakes/start-test-sro.ts';

const sliceCount = Number(process.env.BENCH_SLICES ?? 1000);
const ticks = Number(process.env.BENCH_TICKS ?? 120);
/** The first ones find code that is not compiled yet, and slices that nobody remembers. */
const warmUpTicks = 20;
const together = process.env.BENCH_TOGETHER !== undefined;
/** Of P(violation), in ticks, as long as the recorded load's: each slice changes twice in it. */
const cycle = 1175;
const horizonSeconds = 30;

const postgres = await startPostgres();
const database = connectDatabase({ url: postgres.address, logger: silentLogger });
const log = withDecisionsTold(createMemoryLog());
const file = exampleFile();
const [example] = file.slices ?? [];
if (example === undefined) throw new Error('the example has a slice');
const flavors: readonly Flavor[] = example.flavors;
/** IMA is told of each flavor in force. */
const ima = fastify();
ima.all('*', async () => 'Ok');
const imaUrl = await ima.listen({ host: '127.0.0.1', port: 0 });
const sro = createSro({
  config: loadEnvironment(SroConfig, {
    SRO_PORT: '0',
    IMA_URL: imaUrl,
    FORECASTING_URL: 'http://127.0.0.1:9',
  }),
  operatorFile: {
    ...file,
    actuators: [{ name: example.actuator, kind: 'dry-run' }],
    slices: Array.from({ length: sliceCount }, (_, index) => ({
      ...example,
      id: index + 1,
      name: `slice-${index + 1}`,
      policy: { kind: 'predictive' as const, maxChangesPerHour: 60 },
    })),
  },
  database,
  log,
  clock: systemClock,
  logger: silentLogger,
});
await sro.start();
await database.query(
  `update sro.slices set state = state || jsonb_build_object(
     'forecasting', true, 'mode', 'auto', 'version', (state->>'version')::integer + 1)`,
);

const slices = new Map<number, SliceState>();
for (const { state } of await database.query<{ state: SliceState }>('select state from sro.slices'))
  slices.set(state.sliceId, state);

let waiting: { at: number; left: number; done: (ms: number) => void } | undefined;
/** What the rules alone take, without database and log: each slice's state goes on from tick to tick. */
const states = new Map<number, DeciderState>();
const alone: number[] = [];

const inForce = new Map<number, { flavor: number; epoch: number }>();
const took: number[] = [];
/** Slices by the milliseconds into the second at which they tick. */
const instants = [
  ...Map.groupBy(slices.keys(), (id) => (together ? 0 : tickGrid(id, 1000).phaseMs)),
].toSorted(([a], [b]) => a - b);
let cpuFrom = process.threadCpuUsage();
for (let tick = 0; tick < warmUpTicks + ticks; tick += 1) {
  if (tick === warmUpTicks) cpuFrom = process.threadCpuUsage();
  await readInForce();
  const second = (Math.floor(Date.now() / 1000) + 1) * 1000;
  for (const [phaseMs, ids] of instants) {
    const at = second + phaseMs;
    const forecasts = ids.map((sliceId) => forecastOf(sliceId, at, tick));
    await waitUntil(at);
    const ms = await decideInstant(at, forecasts);
    const aloneMs = decideAlone(forecasts);
    if (tick < warmUpTicks) continue;
    took.push(ms);
    alone.push(aloneMs);
  }
}
const { user, system } = process.threadCpuUsage(cpuFrom);
const [made] = await database.query<{ count: number }>(
  `select count(*)::integer as count from sro.changes where status <> 'failed'`,
);
const quantile = (of: readonly number[], level: number) =>
  Math.round(
    sortedQuantile(
      of.toSorted((a, b) => a - b),
      level,
    ),
  );
const result = {
  slices: sliceCount,
  ticks,
  p50Ms: quantile(took, 0.5),
  p99Ms: quantile(took, 0.99),
  rulesP50Ms: quantile(alone, 0.5),
  rulesP99Ms: quantile(alone, 0.99),
  cpuMsPerSecond: Math.round((user + system) / 1000 / ticks),
  changes: made?.count ?? 0,
};
console.table({
  [`${sliceCount} slices each second${together ? ', all at once' : ''}`]: {
    ...result,
    aim: 'p99 < 100 ms',
  },
});
console.log(JSON.stringify(result));
await sro.stop();
await ima.close();
await database.close();
await postgres.stop();
process.exit();

/** A decision is durable when the log's `append` resolves; who reads it then is another process, and not measured. */
function withDecisionsTold(inner: Log): Log {
  return {
    ...inner,
    async append(topic, messages) {
      await inner.append(topic, messages);
      if (waiting === undefined || topic.name !== topics.sliceDecisions.name) return;
      const { at, done } = waiting;
      waiting.left -= messages.filter((message) => message.at === at).length;
      if (waiting.left === 0) done(Date.now() - at);
    },
  };
}

/** Forecasts name the flavor and the epoch that they were made under, as the forecasting service learns them. */
async function readInForce(): Promise<void> {
  const rows = await database.query<{ slice_id: number; flavor: number; epoch: number }>(
    `select slice_id, (state->>'flavorInForce')::integer as flavor, (state->>'epoch')::integer as epoch
     from sro.slices`,
  );
  for (const { slice_id: id, flavor, epoch } of rows) inForce.set(id, { flavor, epoch });
}

/** A timer may end a little early: then it is waited for again. */
async function waitUntil(at: number): Promise<void> {
  while (Date.now() < at) await new Promise((resolve) => setTimeout(resolve, at - Date.now()));
}

/** Milliseconds from the instant until its last decision is durable. */
async function decideInstant(at: number, forecasts: readonly SliceForecast[]): Promise<number> {
  const decided = new Promise<number>((done) => {
    waiting = { at, left: forecasts.length, done };
  });
  await log.append(
    topics.sliceForecasts,
    forecasts.map((value) => ({ key: String(value.sliceId), at, value })),
  );
  return decided;
}

function decideAlone(forecasts: readonly SliceForecast[]): number {
  const begun = performance.now();
  for (const forecast of forecasts) {
    const { sliceId } = forecast;
    const slice = slices.get(sliceId);
    if (slice === undefined) continue;
    const { state } = decide({
      forecast,
      slice,
      state: states.get(sliceId) ?? initialDeciderState(slice.policy),
      changeSeconds: 3,
      ageSeconds: 0,
      maxAgeSeconds: 10,
      changes: [],
    });
    states.set(sliceId, state);
  }
  return performance.now() - begun;
}

function forecastOf(sliceId: number, at: number, tick: number): SliceForecast {
  const { flavor: flavorInForce, epoch } = inForce.get(sliceId) ?? { flavor: 1, epoch: 0 };
  const load = 0.5 - 0.5 * Math.cos(2 * Math.PI * (tick / cycle + sliceId / sliceCount));
  return {
    tenantId: 'default',
    sliceId,
    at,
    epoch,
    flavorInForce,
    observedKpi: 50 + 200 * load,
    inputStates: Array.from({ length: 15 }, () => 'fresh' as const),
    inputQuality: 'fresh',
    forecasts: flavors.map(({ id }, rank) => ({
      flavorId: id,
      horizonSeconds,
      quantiles: { q025: 40, q10: 60, q50: 100 + 100 * load, q90: 200, q975: 300 },
      violationProbability: rank === 0 ? load : load / 20,
      counterfactual: id !== flavorInForce,
      gated: true,
      champion: id === flavorInForce ? ('live-kpi' as const) : ('x-alone' as const),
      modelId: `model-${id}`,
    })),
  };
}
