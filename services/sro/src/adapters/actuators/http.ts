import { readFileSync } from 'node:fs';
import type { Flavor, HttpActuator } from '@slicecast/contracts';
import { AppError, createHttpClient, type HttpRequest, pause } from '@slicecast/platform';
import type { Actuator } from '../../deciding-ports.ts';
import { type Answer, abortedAfter, untilAnswered } from './http-exchange.ts';
import {
  checkedValue,
  compilePatterns,
  defaultsOf,
  invalidActuator,
} from './parameter-patterns.ts';
import { keyOfSecret, signatureHeaders } from './sign-request.ts';

/** One request, where the operator sets no time. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** Between two looks at work that goes on, where the answer does not say. */
const POLL_MS = 1_000;
const MOST_POLL_MS = 30_000;

type Application = Parameters<Actuator['apply']>[0];

/**
 * Asks the operator's own orchestrator, by a signed request, to bring the slice to a flavor. 2xx is
 * applied; 202 with a Location is work to be looked at there until it answers another 2xx. Any other
 * answer is a refusal, but those that asking again may change, which is done under the same id.
 *
 * @param secret signs where the definition names no file
 * @throws AppError `actuator-invalid` without a secret of the right form
 */
export function createHttp(definition: HttpActuator, secret: string | undefined): Actuator {
  const { name, url, method = 'POST', caFile, headers } = definition;
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = definition;
  const key = signingKey(definition, secret);
  const parametersOf = compileParameters(definition);
  const client = createHttpClient({
    timeoutMs,
    maxRedirects: 0,
    ...(caFile === undefined ? {} : { ca: readText(name, caFile) }),
    ...(headers === undefined ? {} : { headers }),
  });

  function ask({ key: id, signal }: Application, request: HttpRequest, body = '') {
    const makeRequest = () => {
      // Signed anew each time: receivers refuse old timestamps.
      const signature = signatureHeaders(key, { id, atMs: Date.now(), body });
      const type = body === '' ? {} : { 'content-type': 'application/json' };
      const all = { ...type, ...signature, 'idempotency-key': id };
      return { ...request, headers: all, ...(body === '' ? {} : { body }) };
    };
    return untilAnswered(client, makeRequest, { timeoutMs, signal });
  }

  return {
    async apply(application) {
      const body = JSON.stringify(bodyOf(application, parametersOf(application.to)));
      let answer = await ask(application, { method, url }, body);
      let place = url;
      while (answer.status === 202 && answer.headers.location !== undefined) {
        place = placeToLook(name, place, answer.headers.location);
        await pauseBeforeLook(answer, place, application.signal);
        answer = await ask(application, { method: 'GET', url: place });
      }
    },
  };
}

function bodyOf(
  { key, slice, from, to }: Application,
  parameters: Readonly<Record<string, string>>,
) {
  const { sliceId, name, tenantId, hosts } = slice;
  return {
    id: key,
    slice: { id: sliceId, name, tenantId, hosts },
    from: { id: from.id, name: from.name },
    to: { id: to.id, name: to.name, parameters },
  };
}

/** Only what the operator declares is sent, each value checked. */
function compileParameters({ name, parameters = {} }: HttpActuator) {
  const patterns = compilePatterns(name, parameters);
  return (to: Flavor): Readonly<Record<string, string>> => {
    const values: Record<string, string | undefined> = {
      ...defaultsOf(parameters),
      ...to.parameters,
    };
    const checked = [...patterns].map(([key, pattern]) => [
      key,
      checkedValue(name, key, values[key], pattern),
    ]);
    return Object.fromEntries(checked);
  };
}

function signingKey({ name, secretFile }: HttpActuator, secret: string | undefined): Buffer {
  const text = secretFile === undefined ? secret : readText(name, secretFile).trim();
  if (text === undefined) {
    throw invalidActuator(name, 'has no secret: set its secretFile, or ACTUATOR_SECRET');
  }
  const key = keyOfSecret(text);
  if (key !== undefined) return key;
  const place = secretFile === undefined ? 'ACTUATOR_SECRET' : secretFile;
  const make = `printf 'whsec_%s' "$(openssl rand -base64 32)"`;
  const form = 'whsec_ and base64 of 24 to 64 bytes';
  throw invalidActuator(name, `the secret in ${place} must be ${form}, as made by: ${make}`);
}

function readText(actuator: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalidActuator(actuator, `${path} cannot be read: ${why}`, cause);
  }
}

/** Signed requests go to the operator's orchestrator alone. */
function placeToLook(actuator: string, base: string, location: string): string {
  const place = URL.parse(location, base);
  const { origin } = new URL(base);
  if (place?.origin === origin) return place.href;
  const shown = location.slice(0, 200);
  const message = `actuator ${actuator} was sent to ${shown}, which is not on ${origin}: let the Location of a 202 lead there`;
  throw new AppError(message, { status: 502, code: 'actuator-not-understood' });
}

async function pauseBeforeLook(answer: Answer, place: string, signal: AbortSignal): Promise<void> {
  const seconds = Number(answer.headers['retry-after']);
  const ms = seconds > 0 ? Math.min(seconds * 1000, MOST_POLL_MS) : POLL_MS;
  try {
    await pause(ms, signal);
  } catch (cause) {
    throw abortedAfter(`${new URL(place).pathname} was still being worked on`, cause);
  }
}
