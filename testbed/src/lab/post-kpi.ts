import type { KpiSample } from './load-and-kpi.ts';

/** Seconds that are kept while the SRO does not answer; older ones are dropped. */
const mostWaiting = 3600;

/** Streams a KPI to a slice, one request at a time; what comes meanwhile goes with the next. */
export function createKpiStream(sroUrl: string, sliceId: number) {
  const url = `${sroUrl}/api/v1/slices/${sliceId}/kpi`;
  let waiting: KpiSample[] = [];
  let sending = false;

  async function send(): Promise<void> {
    const samples = waiting;
    waiting = [];
    sending = true;
    try {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
      const answer = await fetch(url, { ...init, body: JSON.stringify({ samples }) });
      // Whatever it says: samples that are refused now would be refused again.
      await answer.arrayBuffer();
    } catch {
      waiting = [...samples, ...waiting].slice(-mostWaiting);
    }
    sending = false;
  }

  return {
    offer(sample: KpiSample): void {
      waiting = [...waiting, sample].slice(-mostWaiting);
      if (!sending) void send();
    },
  };
}
