import { call } from './call-api.ts';
import { type CallbackReceiver, startCallbackReceiver } from './callback-receiver.ts';
import { type ProfiledFlavor, profileFlavor } from './profile-flavor.ts';
import { type Suite, startSuite } from './start-suite.ts';
import { stepThrough } from './step-through.ts';
import { type Summary, summarise } from './summarise.ts';
import { showProfile } from './view/show-profile.ts';
import { showSummary } from './view/show-summary.ts';
import { showTick } from './view/show-tick.ts';
import { bar, paint, type Screen } from './view/terminal.ts';

export interface DemoOptions {
  readonly screen: Screen;
  readonly logLevel: string;
  /** Seconds of the live part to step through; default: all. */
  readonly liveSeconds?: number | undefined;
  /** Further variables of the services. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

const bound = 180;
const prices = new Map([
  [1, 1],
  [2, 3],
]);

/** The whole job on the recorded traces: profile, select, train, forecast, decide, change, call back. */
export async function runDemo(options: DemoOptions): Promise<Summary> {
  const { screen, liveSeconds } = options;
  const begun = performance.now();
  screen.line(paint('bold', 'Slicecast on the recorded traces of a Cassandra cluster'));
  const suite = await startSuite(options);
  const receiver = await startCallbackReceiver();
  try {
    showSuite(screen, suite);
    const profiled: ProfiledFlavor[] = [];
    for (const flavorId of [1, 2]) profiled.push(await profile(screen, suite, receiver, flavorId));
    const proposedKpiQuery = await adoptKpiQuery(screen, suite);
    await startForecastAndOrchestration(screen, suite);
    const { live } = suite.prometheus.recording.timeline;
    const horizonSeconds = 30;
    const last = Math.min(
      live.end - horizonSeconds,
      live.start + (liveSeconds ?? Number.POSITIVE_INFINITY),
    );
    const ticks = await stepThrough(suite, {
      from: live.start + 1,
      to: last,
      tell: (tick, done, of) => showTick(screen, tick, done, of),
    });
    screen.settle();
    const summary = summarise({
      recording: suite.prometheus.recording,
      bound,
      prices,
      profiled,
      ticks,
      callbacks: receiver.received,
      proposedKpiQuery,
      seconds: (performance.now() - begun) / 1000,
    });
    showSummary(screen, summary);
    return summary;
  } finally {
    await suite.stop();
    await receiver.close();
  }
}

function showSuite(screen: Screen, suite: Suite): void {
  const services = Object.entries(suite.urls).map(([name, url]) => `${name} ${url}`);
  screen.line(paint('dim', `  ${services.join('  ')}`));
  screen.line(paint('dim', `  recorded Prometheus ${suite.prometheus.url}`));
}

async function profile(
  screen: Screen,
  suite: Suite,
  receiver: CallbackReceiver,
  flavorId: number,
): Promise<ProfiledFlavor> {
  screen.line();
  screen.line(paint('bold', `Profiling flavor ${flavorId} on the first 70 % of its trace`));
  const profiled = await profileFlavor(suite, {
    flavorId,
    callbackUrl: receiver.url,
    tell: ({ progressPercent, step, detail }) => {
      const note = detail === null ? '' : `  ${detail}`;
      screen.moving(`  ${bar(progressPercent / 100, 20)}  ${step}${note}`.slice(0, screen.columns));
    },
  });
  showProfile(screen, profiled);
  return profiled;
}

/** Takes the proposal that the KPI's own series be its live source. */
async function adoptKpiQuery(screen: Screen, suite: Suite): Promise<string | null> {
  screen.line();
  const url = `${suite.urls.sro}/api/v1/slices/1/kpi_query`;
  const slice = (await call('POST', url, { accept: true })) as { kpi: { query?: string } };
  const query = slice.kpi.query ?? null;
  screen.line(`Accepted the proposal: the live KPI is ${paint('bold', query ?? 'not streamed')}`);
  return query;
}

async function startForecastAndOrchestration(screen: Screen, suite: Suite): Promise<void> {
  for (const verb of ['start_sla_forecast', 'start_orchestration']) {
    const answer = await call('POST', `${suite.urls.sro}/slice/1/${verb}`);
    screen.line(`POST /slice/1/${verb} → ${String(answer).trim()}`);
  }
  screen.line();
  screen.line(paint('bold', 'Stepping through the last 30 % as fast as it is decided'));
}
