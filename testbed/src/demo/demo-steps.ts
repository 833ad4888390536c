import { call } from './call-api.ts';
import type { CallbackReceiver } from './callback-receiver.ts';
import { type ProfiledFlavor, type ProfiledSuite, profileFlavor, yFile } from './profile-flavor.ts';
import { showProfile } from './view/show-profile.ts';
import { bar, paint, type Screen } from './view/terminal.ts';

export async function profileAndShow(
  screen: Screen,
  suite: ProfiledSuite,
  receiver: CallbackReceiver,
  flavorId: number,
): Promise<ProfiledFlavor> {
  screen.line();
  screen.line(paint('bold', `Profiling flavor ${flavorId} on the first 70 % of its trace`));
  const profiled = await profileFlavor(suite, {
    flavorId,
    yFile: yFile(suite.prometheus.recording, flavorId),
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
export async function adoptKpiQuery(screen: Screen, suite: ProfiledSuite): Promise<string | null> {
  screen.line();
  const url = `${suite.urls.sro}/api/v1/slices/1/kpi_query`;
  const slice = (await call('POST', url, { accept: true })) as { kpi: { query?: string } };
  const query = slice.kpi.query ?? null;
  screen.line(`Accepted the proposal: the live KPI is ${paint('bold', query ?? 'not streamed')}`);
  return query;
}

/** `next`: what follows, in words. */
export async function startForecastAndOrchestration(
  screen: Screen,
  suite: ProfiledSuite,
  next: string,
): Promise<void> {
  for (const verb of ['start_sla_forecast', 'start_orchestration']) {
    const answer = await call('POST', `${suite.urls.sro}/slice/1/${verb}`);
    screen.line(`POST /slice/1/${verb} → ${String(answer).trim()}`);
  }
  screen.line();
  screen.line(paint('bold', next));
}
