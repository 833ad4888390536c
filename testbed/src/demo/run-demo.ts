import { startCallbackReceiver } from './callback-receiver.ts';
import { demoSlice } from './demo-slice.ts';
import { adoptKpiQuery, profileAndShow, startForecastAndOrchestration } from './demo-steps.ts';
import type { ProfiledFlavor } from './profile-flavor.ts';
import { type Suite, startSuite } from './start-suite.ts';
import { stepThrough } from './step-through.ts';
import { type Summary, summarise } from './summarise.ts';
import { showSummary } from './view/show-summary.ts';
import { showTick } from './view/show-tick.ts';
import { paint, type Screen } from './view/terminal.ts';

export interface DemoOptions {
  readonly screen: Screen;
  readonly logLevel: string;
  /** Seconds of the live part to step through; default: all. */
  readonly liveSeconds?: number | undefined;
  /** Further variables of the services. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

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
    for (const flavorId of [1, 2]) {
      profiled.push(await profileAndShow(screen, suite, receiver, flavorId));
    }
    const proposedKpiQuery = await adoptKpiQuery(screen, suite);
    const next = 'Stepping through the last 30 % as fast as it is decided';
    await startForecastAndOrchestration(screen, suite, next);
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
      ...demoSlice,
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
