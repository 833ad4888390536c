/** An answer that was not as it should be; the message holds what the service said. */
export class CallFailed extends Error {}

/** Calls a service as a tenant with curl would; resolves to the parsed JSON, or the text where it is none. */
export async function call(method: string, url: string, body?: unknown): Promise<unknown> {
  const form = body instanceof FormData;
  const init: RequestInit = { method };
  if (form) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'content-type': 'application/json' };
  }
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new CallFailed(`${method} ${url} answered ${answer.status}: ${text}`);
  return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
}

/** Asks until `done` says so; `tell` sees every answer. Rejects after `timeoutMs` of the wall clock. */
export async function follow<T>(
  ask: () => Promise<T>,
  done: (answer: T) => boolean,
  options: { readonly timeoutMs: number; readonly pauseMs: number; tell?(answer: T): void },
): Promise<T> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const answer = await ask();
    options.tell?.(answer);
    if (done(answer)) return answer;
    if (performance.now() > deadline) {
      throw new CallFailed(
        `nothing came within ${options.timeoutMs / 1000} s; last answer: ${JSON.stringify(answer)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, options.pauseMs));
  }
}
