import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { AppError } from '../app-error.ts';
import {
  createLookup,
  createPublicAgents,
  type Resolve,
  refuseLiteral,
} from './public-addresses.ts';
import { networkError, placeOf, upstreamError } from './upstream-error.ts';

export interface HttpClientOptions {
  readonly baseUrl?: string;
  /** From the request to the last byte of a buffered answer. */
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** PEM of the authority that signed the upstream's certificate. */
  readonly ca?: string;
  readonly auth?:
    | { readonly bearer: string }
    | { readonly username: string; readonly password: string };
  /** Default 0: a redirect is answered like any other refusal. */
  readonly maxRedirects?: number;
  /** Of an answer's body; default 64 MiB. */
  readonly maxResponseBytes?: number;
  /** Private, loopback and link-local addresses are refused, after DNS and on every request; default false. */
  readonly publicOnly?: boolean;
  /** Of names in URLs, asked once a connection; default the system's. */
  readonly resolve?: Resolve;
}

export type QueryValue = string | number | boolean | readonly (string | number)[] | undefined;

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, or on `baseUrl`. */
  readonly url: string;
  /** A list gives its name several times. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** At most one of the three bodies; an object of `urlencoded` texts is sent as a web form. */
  readonly json?: unknown;
  readonly form?: FormData;
  readonly urlencoded?: URLSearchParams;
  readonly body?: Readable | Uint8Array | string;
  /** Default `json`; `text` leaves it, `stream` gives a Readable that the caller must consume. */
  readonly responseType?: 'json' | 'text' | 'bytes' | 'stream';
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface HttpResponse<Body> {
  readonly status: number;
  /** Lower-case names; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

export interface HttpClient {
  /** AppError `upstream-<status>` for any answer but 2xx, 503 `upstream-unreachable` without one. */
  request<Body = unknown>(request: HttpRequest): Promise<HttpResponse<Body>>;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const instance = createInstance(options);
  return {
    async request<Body>(request: HttpRequest): Promise<HttpResponse<Body>> {
      if (options.publicOnly === true) refuseLiteral(new URL(request.url, options.baseUrl));
      const response = await instance.request(configOf(request, options)).catch((error) => {
        throw networkError(error, request, options.baseUrl);
      });
      const headers = Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      );
      if (response.status >= 200 && response.status < 300) {
        const body = bodyOf(response.data, request, options.baseUrl);
        return { status: response.status, headers, body: body as Body };
      }
      throw await upstreamError(response.status, response.data, request, options.baseUrl);
    },
  };
}

function createInstance(options: HttpClientOptions): AxiosInstance {
  const agents =
    options.publicOnly === true ? createPublicAgents(options.resolve) : createAgents(options);
  return axios.create({
    ...(options.baseUrl === undefined ? {} : { baseURL: options.baseUrl }),
    httpAgent: agents.http,
    httpsAgent: agents.https,
    adapter: 'http',
    maxRedirects: options.maxRedirects ?? 0,
    maxContentLength: options.maxResponseBytes ?? 64 * 2 ** 20,
    maxBodyLength: Number.POSITIVE_INFINITY,
    proxy: false,
    validateStatus: () => true,
    transformResponse: (data: unknown) => data,
    headers: { ...options.headers, ...authorization(options.auth) },
  });
}

function createAgents({ ca, resolve }: HttpClientOptions) {
  const options = {
    keepAlive: true,
    ...(resolve === undefined ? {} : { lookup: createLookup(resolve) }),
  };
  return {
    http: new HttpAgent(options),
    https: new HttpsAgent({ ...options, ...(ca === undefined ? {} : { ca }) }),
  };
}

function configOf(request: HttpRequest, options: HttpClientOptions): AxiosRequestConfig {
  const data = request.json ?? request.form ?? request.urlencoded ?? request.body;
  const type = contentType(request, data === undefined);
  return {
    method: request.method,
    url: withQuery(request),
    data: request.json === undefined ? data : JSON.stringify(request.json),
    responseType: request.responseType === 'stream' ? 'stream' : 'arraybuffer',
    timeout: request.timeoutMs ?? options.timeoutMs,
    headers: { ...type, ...request.headers },
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
}

/** Of a form or a stream axios knows the type; without a body it would still name one. */
function contentType(request: HttpRequest, empty: boolean): Record<string, string | false> {
  if (request.json !== undefined) return { 'content-type': 'application/json' };
  return empty ? { 'content-type': false } : {};
}

/** Written here, because axios rewrites names that end in `[]`, such as Prometheus' `match[]`. */
function withQuery({ url, query = {} }: HttpRequest): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value];
    for (const each of values) if (each !== undefined) params.append(name, String(each));
  }
  if (params.size === 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${params}`;
}

function authorization(auth: HttpClientOptions['auth']): Record<string, string> {
  if (auth === undefined) return {};
  if ('bearer' in auth) return { authorization: `Bearer ${auth.bearer}` };
  const basic = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  return { authorization: `Basic ${basic}` };
}

function bodyOf(
  data: Readable | Buffer,
  request: HttpRequest,
  baseUrl: string | undefined,
): unknown {
  if (request.responseType === 'stream' || !Buffer.isBuffer(data)) return data;
  if (request.responseType === 'bytes') return data;
  const text = data.toString();
  if (request.responseType === 'text') return text;
  return text === '' ? undefined : parseJson(text, request, baseUrl);
}

function parseJson(text: string, request: HttpRequest, baseUrl: string | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError(`${placeOf(request, baseUrl)} answered something that is not JSON`, {
      status: 502,
      code: 'upstream-not-json',
      cause,
    });
  }
}
