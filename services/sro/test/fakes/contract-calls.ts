export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed where it is JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

export async function call(url: string, init?: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: isJson ? JSON.parse(text) : {},
  };
}

export function post(url: string, body?: unknown): Promise<Answer> {
  if (body === undefined) return call(url, { method: 'POST' });
  const headers = { 'content-type': 'application/json' };
  return call(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** A multipart POST: parts by name, each with its file name. */
export function postFiles(
  url: string,
  parts: Readonly<Record<string, { text: string; filename: string }>>,
): Promise<Answer> {
  const form = new FormData();
  for (const [name, { text, filename }] of Object.entries(parts)) {
    form.append(name, new Blob([text]), filename);
  }
  return call(url, { method: 'POST', body: form });
}

export const goodY = 'timestamp,R_99\n1579355129,24.94\n1579355130,22.13\n1579355131,30.5\n';

export const profileQuery = 'sla_metric_name=R_99&timestamp_label=timestamp';

/** The Y file of a flavor, as MLO-V2's clients send it. */
export function postY(
  base: string,
  text = goodY,
  more: { path?: string; query?: string; filename?: string } = {},
) {
  const {
    path = '/slice/1/flavor/1/profile',
    query = profileQuery,
    filename = 'y_metrics.csv',
  } = more;
  return postFiles(`${base}${path}?${query}`, { file: { text, filename } });
}

export async function getJson(url: string): Promise<Readonly<Record<string, unknown>>> {
  return (await call(url)).json;
}
