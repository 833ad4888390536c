import { type Change, isOpen } from '@slicecast/contracts';
import { createKafkaLog, type Log } from '@slicecast/platform';
import { CallFailed, call, follow } from '../demo/call-api.ts';
import { profileFlavor, yFile } from '../demo/profile-flavor.ts';
import { type RealSuite, startRealSuite } from '../suite/real-suite.ts';
import { countAtFarEnd, type FarEnd } from './far-end.ts';
import { type Fault, faultsOf } from './fault-list.ts';
import { sendNumberedSamples } from './numbered-samples.ts';
import { type DecisionWatch, watchDecisions } from './watch-decisions.ts';

export interface Recovery {
  readonly name: string;
  /** From its end to the first decision about an instant after it. */
  readonly decidesAfterMs: number;
  /** From its end until it is ready again itself. */
  readonly readyAfterMs: number;
}

export interface FaultReport extends FarEnd {
  readonly recoveries: readonly Recovery[];
  /** Changes of flavor that were applied, and decisions of which more than one change was applied. */
  readonly changes: { readonly applied: number; readonly appliedTwice: number };
}

const numberedSlice = 2;
const patienceMs = 90_000;
const liveOffsetSeconds = 700;

/** Two replicas of each service on real servers; each is ended (kill -9) and started again, one after the other. */
export async function runFaults(tell: (what: string) => void): Promise<FaultReport> {
  const suite = await startRealSuite({ replicas: 2, liveOffsetSeconds, logLevel: 'error', tell });
  const log = createKafkaLog({
    access: { brokers: [suite.servers.kafka.address] },
    topics: { partitions: 12, replicationFactor: -1, retentionMs: 3_600_000 },
    clientId: 'faults',
  });
  try {
    return await runOn(suite, log, tell);
  } finally {
    await log.close();
    await suite.stop();
  }
}

async function runOn(
  suite: RealSuite,
  log: Log,
  tell: (what: string) => void,
): Promise<FaultReport> {
  await begin(suite, tell);
  const watch = await watchDecisions(log, 1);
  await watch.decidedAfter(0, patienceMs);
  const samples = sendNumberedSamples(
    suite.services.sro.map(({ url }) => url),
    numberedSlice,
  );
  const recoveries: Recovery[] = [];
  for (const [index, fault] of faultsOf(suite).entries()) {
    await requestChange(suite, index);
    const recovery = await endAndStart(fault, watch);
    recoveries.push(recovery);
    const { name, decidesAfterMs, readyAfterMs } = recovery;
    const seconds = (ms: number) => (ms / 1000).toFixed(1);
    tell(
      `${name}: decides after ${seconds(decidesAfterMs)} s, ready after ${seconds(readyAfterMs)} s`,
    );
  }
  const acknowledged = await samples.stop();
  await watch.decidedAfter(Date.now(), patienceMs);
  await watch.close();
  const farEnd = await countAtFarEnd(suite.servers.influxdb.address, {
    numberedSlice,
    acknowledged,
    ticks: watch.ticks(),
  });
  return { ...farEnd, recoveries, changes: await countChanges(suite) };
}

/** Slice 1 is trained and runs; slice 2 has nothing but a KPI. */
async function begin(suite: RealSuite, tell: (what: string) => void): Promise<void> {
  for (const flavorId of [1, 2]) {
    tell(`profiling flavor ${flavorId}`);
    await profileFlavor(suite, {
      flavorId,
      yFile: yFile(suite.prometheus.recording, flavorId),
      callbackUrl: 'http://127.0.0.1:9/',
      tell: () => undefined,
    });
  }
  const { sro } = suite.urls;
  const first = (await call('GET', `${sro}/api/v1/slices/1/definition`)) as object;
  await call('POST', `${sro}/api/v1/slices`, { ...first, id: numberedSlice, name: 'numbered' });
  await call('POST', `${sro}/api/v1/slices/1/kpi_query`, { accept: true });
  await call('POST', `${sro}/slice/1/start_orchestration`);
}

async function endAndStart(fault: Fault, watch: DecisionWatch): Promise<Recovery> {
  const endedAt = Date.now();
  await fault.end();
  const decides = watch.decidedAfter(endedAt, patienceMs).then(() => Date.now() - endedAt);
  // What has another replica is taken over without it.
  if (!fault.alone) await decides;
  await fault.start();
  const readyAfterMs = Date.now() - endedAt;
  return { name: fault.name, decidesAfterMs: await decides, readyAfterMs };
}

/** Another flavor by hand, so that something is changed while the fault happens; one under way already will do. */
async function requestChange({ urls }: RealSuite, index: number): Promise<void> {
  const flavor = 1 + ((index + 1) % 2);
  try {
    await call('POST', `${urls.sro}/api/v1/slices/1/changes`, { flavor });
  } catch (error) {
    if (!(error instanceof CallFailed && error.message.includes('409'))) throw error;
  }
}

async function countChanges({ urls }: RealSuite): Promise<FaultReport['changes']> {
  const ask = async () =>
    (await call('GET', `${urls.sro}/api/v1/slices/1/changes?limit=200`)) as { items: Change[] };
  const { items } = await follow(ask, ({ items: changes }) => !changes.some(isOpen), {
    timeoutMs: patienceMs,
    pauseMs: 500,
  });
  const applied = items.filter(({ status }) => status !== 'failed');
  const decisions = new Set(applied.map(({ epoch }) => epoch));
  return { applied: applied.length, appliedTwice: applied.length - decisions.size };
}
