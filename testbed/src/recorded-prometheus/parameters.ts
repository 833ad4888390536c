import type { FastifyRequest } from 'fastify';
import { BadQuery, parseDuration } from './selector.ts';

/** A request's parameters, from the query and from a form, as Prometheus takes them. */
export function parametersOf(request: FastifyRequest): URLSearchParams {
  const all = new URLSearchParams(request.url.split('?')[1] ?? '');
  if (request.body instanceof URLSearchParams) {
    for (const [name, value] of request.body) all.append(name, value);
  }
  return all;
}

/** Epoch seconds, or RFC 3339. */
export function instantOf(parameters: URLSearchParams, name: string, otherwise: number): number {
  const text = parameters.get(name);
  if (text === null || text === '') return otherwise;
  const seconds = /^-?[0-9.]+(e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : Date.parse(text) / 1000;
  if (!Number.isFinite(seconds)) {
    throw new BadQuery(`invalid parameter "${name}": cannot parse "${text}" to a valid timestamp`);
  }
  return seconds;
}

/** Seconds as a number, or a duration. */
export function stepOf(parameters: URLSearchParams): number {
  const text = parameters.get('step') ?? '';
  const seconds = /^[0-9.]+$/.test(text) ? Number(text) : parseDuration(text);
  if (seconds > 0) return seconds;
  throw new BadQuery(`invalid parameter "step": cannot parse "${text}" to a valid duration`);
}
