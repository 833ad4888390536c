import type { Measurement } from '@slicecast/contracts';

export interface ClientMetric {
  readonly sliceId: number;
  /** Epoch ms. */
  readonly at: number;
  readonly value: number;
}

/** Reads MLO-V2's form of a live KPI, `{ measurement: "<table>_<sliceId>", values: [v], time: "<epoch s>" }`; undefined when it is none. */
export function parseClientMetric(message: Measurement): ClientMetric | undefined {
  const id = /_([0-9]{1,10})$/.exec(message.measurement)?.[1];
  const value = message.values[0];
  const at = Math.round(Number(message.time) * 1000);
  if (id === undefined || value === undefined || !Number.isFinite(at)) return undefined;
  return { sliceId: Number(id), at, value };
}
